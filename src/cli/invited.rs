//! `user add` where people log in with their mail address (R000-13, R000-70): the first
//! password is made by chance and goes out by mail with the code of 本登録.

use super::Failure;
use super::args::UserAdd;
use super::password;
use super::person::made;
use super::user::{broken, hashed, kind, refused};
use crate::base::{Moment, Secret};
use crate::config::Config;
use crate::identity::policy::Policy;
use crate::identity::rules;
use crate::identity::users::User;

/// What goes into the mail about a new account.
pub(super) struct Invited {
    pub config: Config,
    pub password: Secret,
}

/// The person and, unless they keep a password that was given, what they are mailed.
pub(super) fn checked(
    add: &UserAdd,
    policy: &Policy,
    config: Config,
    now: Moment,
) -> Result<(User, Option<Invited>), Failure> {
    let address = rules::address(&add.user).map_err(|m| {
        refused("user ID", m).hint("people of this contract log in with their mail address")
    })?;
    if add.email.as_deref().is_some_and(|email| rules::login_key(email) != address) {
        return Err(Failure::new("the mail address differs from the user ID")
            .hint("in this contract they are the same: leave --email out"));
    }
    let name = rules::display_name(&add.name).map_err(|m| refused("name", m))?;
    let (password, invited) = if add.keep_password {
        let typed = password::read("password", add.password_file.as_deref())?;
        broken(policy, &typed, &address)?;
        (typed, None)
    } else if add.password_file.is_some() {
        return Err(Failure::new("the first password is made by chance and mailed")
            .hint("leave --password-file out, or add --keep-password to set it here"));
    } else {
        let made = made(policy, &address)?;
        (made.clone(), Some(Invited { config, password: made }))
    };
    let user = User {
        name,
        email: address.clone(),
        password_hash: hashed(&password)?,
        password_temporary: !add.keep_password,
        ..User::new(&add.contract, &address, kind(add.kind), now)
    };
    Ok((user, invited))
}
