//! The `sekisho` command.

fn main() -> std::process::ExitCode {
    sekisho::cli::main()
}
