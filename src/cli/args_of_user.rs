//! `user …` as it is typed.

use std::path::PathBuf;

use clap::{ArgGroup, Args as ClapArgs, Subcommand, ValueEnum};

/// `user …`
#[derive(Debug, Subcommand)]
pub enum UserVerb {
    /// Add a user with a temporary password
    Add(UserAdd),
    /// List users
    List {
        /// Only this contract's
        #[arg(long)]
        contract: Option<String>,
    },
    /// Show a user
    Show {
        /// User ID
        user: String,
    },
    /// Change what is given, and nothing else
    Set(UserSet),
    /// Lift a lock or 閉塞
    Unlock {
        /// User ID
        user: String,
    },
    /// Put a new temporary password in force; sessions end at once
    Reset(UserReset),
    /// Say what a user may do, and why
    Explain {
        /// User ID
        user: String,
        /// What is to be done, such as rokin.view (without: everything there is)
        action: Option<String>,
        /// Whether it may be done to a thing of this contract (without: the user's own)
        #[arg(long)]
        contract: Option<String>,
    },
    /// Give a user a role
    Grant {
        /// User ID
        user: String,
        /// Role, such as hr-all
        role: String,
    },
    /// Take a role away from a user
    Withdraw {
        /// User ID
        user: String,
        /// Role, such as hr-all
        role: String,
    },
    /// Delete a user; sessions and certificates end at once
    Delete {
        /// User ID
        user: String,
    },
}

/// `user add`
#[derive(Debug, ClapArgs)]
pub struct UserAdd {
    /// User ID, 6 to 12 letters and digits; or a mail address, where the contract's people
    /// log in with it
    pub user: String,
    /// Contract number
    #[arg(long)]
    pub contract: String,
    /// What the user may do
    #[arg(long, value_enum, default_value = "general")]
    pub kind: UserKind,
    /// Name, up to 20 full-width characters
    #[arg(long)]
    pub name: String,
    /// Mail address; where it is the user ID, it may be left out
    #[arg(long)]
    pub email: Option<String>,
    /// File with the temporary password (else standard input or a prompt)
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// The password need not be changed at the first login
    #[arg(long)]
    pub keep_password: bool,
}

impl UserAdd {
    /// What clap cannot say: only an ID that is no mail address needs one besides.
    pub fn check(&self) -> Result<(), &'static str> {
        if self.email.is_none() && !self.user.contains('@') {
            return Err("the following required arguments were not provided:\n  --email <EMAIL>");
        }
        Ok(())
    }
}

/// `user set`
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("change").required(true).multiple(true)))]
pub struct UserSet {
    /// User ID
    pub user: String,
    /// Name, up to 20 full-width characters
    #[arg(long, group = "change")]
    pub name: Option<String>,
    /// Mail address
    #[arg(long, group = "change")]
    pub email: Option<String>,
    /// Whether the user may log in; `locked` ends by itself
    #[arg(long, value_enum, group = "change")]
    pub state: Option<UserState>,
    /// How far a function is open, such as `rokin=view`; may be given several times
    #[arg(long = "function", value_name = "FUNCTION=MODE", group = "change")]
    pub functions: Vec<String>,
}

/// `user reset`
#[derive(Debug, ClapArgs)]
pub struct UserReset {
    /// User ID
    pub user: String,
    /// File with the temporary password (else standard input or a prompt)
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// Make a temporary password and print it
    #[arg(long, conflicts_with = "password_file")]
    pub generate: bool,
    /// Delete a master, who then registers again with contract number and initial password
    #[arg(long, conflicts_with_all = ["password_file", "generate"])]
    pub initialise: bool,
}

/// States of a user.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum UserState {
    /// 正常
    Active,
    /// ロック中
    Locked,
    /// 閉塞
    Closed,
}

/// Kinds of user.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum UserKind {
    /// マスターユーザー
    Master,
    /// 一般ユーザー
    General,
    /// 従業員
    Employee,
    /// 運営者
    Operator,
}
