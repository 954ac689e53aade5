# Shared by the scripts beside it; sourced, never run.

# say TEXT...: a line for the person, set off from what programs print.
say() { printf '\n== %s\n' "$*"; }

# stop ERROR HINT...: says what is wrong and what to do; ends with 2 (cannot go on).
stop() {
    printf 'error: %s\n' "$1" >&2
    shift
    for hint in "$@"; do printf 'hint: %s\n' "$hint" >&2; done
    exit 2
}

# need_rust: cargo of the version in Cargo.toml or newer, or a stop that says how to get it.
need_rust() {
    local wanted have
    # rustup puts cargo here; a shell opened before the installation does not know.
    if ! command -v cargo >/dev/null && [ -x "$HOME/.cargo/bin/cargo" ]; then
        PATH="$HOME/.cargo/bin:$PATH"
    fi
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    command -v cargo >/dev/null || stop "there is no Rust toolchain (cargo) on this machine" \
        "install Rust $wanted or newer: curl -sSf https://sh.rustup.rs | sh -s -- -y" \
        "then run this script again"
    have=$(cargo --version | cut -d' ' -f2)
    if [ "$(printf '%s\n%s\n' "$wanted" "$have" | sort -V | head -n1)" != "$wanted" ]; then
        stop "Rust $have is too old; this program needs $wanted or newer" "run: rustup update stable"
    fi
}

# need_packages PROGRAM=PACKAGE...: installs the packages whose program is not there; a program
# may be an absolute pattern (/usr/lib/postgresql/*/bin/initdb).
need_packages() {
    local pair missing=()
    for pair in "$@"; do
        present "${pair%%=*}" || missing+=("${pair#*=}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    install_packages "${missing[@]}"
    for pair in "$@"; do
        present "${pair%%=*}" || stop "${pair#*=} is installed, but ${pair%%=*} is not there" \
            "run: apt-get install --reinstall ${pair#*=}"
    done
}

# install_packages PACKAGE...: with apt-get, if we may; else a stop that names the command.
install_packages() {
    local root=() command=(apt-get install -y -qq --no-install-recommends "$@")
    command -v apt-get >/dev/null || stop "missing: $* (names of Debian packages)" \
        "this machine has no apt-get: install the same programs with its own package manager"
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || stop "missing: $*" "as root, run: apt-get install $*"
        root=(sudo -n)
    fi
    say "installing $*"
    # An old list of packages names versions that are gone.
    "${root[@]}" apt-get update -qq ||
        stop "apt-get update failed" "is this machine on the network?" "then run: apt-get install $*"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive "${command[@]}" >/dev/null ||
        stop "the packages could not be installed" "run: apt-get install $*"
}

present() {
    case $1 in
        /*) compgen -G "$1" >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}
