//! What the methods of generated clients do.

use crate::spec::CallToolResult;
use crate::{Client, ClientError};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What a result that is no object travels as.
#[derive(Deserialize)]
struct Wrapped<T> {
    result: T,
}

/// Calls a tool that promises a structured result.
///
/// # Errors
/// The call fails, the tool says that it failed, or it breaks its promise.
pub async fn json<T: DeserializeOwned>(
    client: &Client,
    tool: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<T, ClientError> {
    client.call(tool, arguments).json().await
}

/// Calls a tool whose structured result is sent as `{"result": value}`.
///
/// # Errors
/// As [`json`].
pub async fn wrapped<T: DeserializeOwned>(
    client: &Client,
    tool: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<T, ClientError> {
    let Wrapped { result } = client.call(tool, arguments).json().await?;
    Ok(result)
}

/// Calls a tool that promises nothing about its result.
///
/// # Errors
/// The call fails, or the tool says that it failed.
pub async fn whole(
    client: &Client,
    tool: &str,
    arguments: &(impl Serialize + ?Sized),
) -> Result<CallToolResult, ClientError> {
    let result = client.call(tool, arguments).await?;
    if result.failed() { Err(ClientError::Tool(Box::new(result))) } else { Ok(result) }
}
