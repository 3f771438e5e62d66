//! `muster tokens`: what programs sign in with.

use anyhow::Result;
use directory::Ctx;
use identity::tokens::{self, ApiToken, NewToken, Standing, TokenRefusal};
use kernel::ApiTokenId;
use serde_json::{Value, json};

use super::users::find;
use crate::{
    cli::tokens::{self as cli, Create},
    exit::Exit,
    house::House,
    output,
};

pub(crate) fn run(house: &House, command: &cli::Tokens) -> Result<Exit> {
    match command {
        cli::Tokens::List(args) => {
            let ctx = house.ctx(args.account.account.as_deref())?;
            list(house, &ctx, args.json)
        }
        cli::Tokens::Create(args) => create(house, args),
        cli::Tokens::Revoke { token, account } => {
            let ctx = house.ctx(account.account.as_deref())?;
            revoke(house, &ctx, token)
        }
    }
}

fn list(house: &House, ctx: &Ctx, as_json: bool) -> Result<Exit> {
    let found = house.db.read_blocking(|tx| tokens::list(tx, ctx))?;
    if as_json {
        output::json(&found.iter().map(|token| of_token(token, ctx)).collect());
        return Ok(Exit::Done);
    }
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|token| {
            vec![
                token.name.clone(),
                scopes(token).join(" "),
                token.maker_name.clone(),
                standing(token, ctx).to_owned(),
                token.expires_at.to_string(),
                token
                    .last_used_at
                    .map_or_else(String::new, |at| at.to_string()),
            ]
        })
        .collect();
    output::table(
        &["Name", "Scopes", "For", "State", "Until", "Last used"],
        &rows,
    );
    Ok(Exit::Done)
}

fn create(house: &House, args: &Create) -> Result<Exit> {
    let ctx = house.ctx(args.account.account.as_deref())?;
    let new = NewToken {
        id: ctx.new_id(),
        maker: find(house, &ctx, &args.maker)?.user.id,
        name: args.name.clone(),
        scopes: args
            .scopes
            .iter()
            .filter_map(|scope| scope.parse().ok())
            .collect(),
        days: args.days,
    };
    let secret = house
        .db
        .write_blocking(|tx| tokens::create(tx, &ctx, &new))?;
    if args.json.json {
        output::json(
            &json!({ "token": new.id, "name": new.name.trim(), "secret": secret.reveal() }),
        );
    } else {
        output::note("Keep it safe; it is not shown again.");
        output::line(&secret.reveal());
    }
    Ok(Exit::Done)
}

fn revoke(house: &House, ctx: &Ctx, wanted: &str) -> Result<Exit> {
    house.db.write_blocking(|tx| {
        let id: Option<ApiTokenId> = wanted.parse().ok();
        let token = tokens::list(tx, ctx)?.into_iter().find(|token| {
            token.revoked_at.is_none()
                && (Some(token.id) == id || kernel::fold(&token.name) == kernel::fold(wanted))
        });
        let token = token.ok_or(TokenRefusal::NotFound)?;
        tokens::revoke(tx, ctx, token.id)
    })?;
    Ok(Exit::Done)
}

fn scopes(token: &ApiToken) -> Vec<&'static str> {
    token.scopes.iter().map(|scope| scope.as_str()).collect()
}

fn standing(token: &ApiToken, ctx: &Ctx) -> &'static str {
    match token.standing(ctx.now()) {
        Standing::InUse => "in_use",
        Standing::Expired => "expired",
        Standing::Revoked => "revoked",
        Standing::MakerGone => "maker_gone",
    }
}

fn of_token(token: &ApiToken, ctx: &Ctx) -> Value {
    json!({
        "token": token.id, "name": token.name, "scopes": scopes(token),
        "for": token.maker_name, "state": standing(token, ctx),
        "created_at": token.created_at, "expires_at": token.expires_at,
        "last_used_at": token.last_used_at, "revoked_at": token.revoked_at,
    })
}
