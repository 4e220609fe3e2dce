//! Lists, page by page.
//!
//! Specification: `server/utilities/pagination`.

use toolwright_spec::{
    Cursor, ListPromptsResult, ListResourceTemplatesResult, ListResourcesResult, ListToolsResult,
    PaginatedRequestParams, Prompt, Request, Resource, ResourceTemplate, Tool, code, method,
};

use super::call::Call;
use super::connection::Client;
use super::error::ClientError;

/// A page of a list.
trait Page {
    type Item;

    fn split(self) -> (Vec<Self::Item>, Option<Cursor>);
}

macro_rules! pages {
    ($($page:ident: $items:ident of $item:ident),* $(,)?) => {$(
        impl Page for $page {
            type Item = $item;

            fn split(self) -> (Vec<$item>, Option<Cursor>) {
                (self.$items, self.next_cursor)
            }
        }
    )*};
}

pages! {
    ListToolsResult: tools of Tool,
    ListResourcesResult: resources of Resource,
    ListResourceTemplatesResult: resource_templates of ResourceTemplate,
    ListPromptsResult: prompts of Prompt,
}

/// The functions for one list.
macro_rules! list {
    (
        $(#[$all_doc:meta])* $all:ident,
        $(#[$page_doc:meta])* $page:ident,
        $method:ident, $item:ident, $result:ident
    ) => {
        $(#[$all_doc])*
        ///
        /// # Errors
        /// The call fails, a page leads back to one before, or the list passes
        /// [`Limits::list_pages`](crate::Limits::list_pages) or
        /// [`Limits::list_items`](crate::Limits::list_items).
        pub async fn $all(&self) -> Result<Vec<$item>, ClientError> {
            self.all(|client, cursor| client.$page(cursor)).await
        }

        $(#[$page_doc])*
        pub fn $page(&self, cursor: Option<Cursor>) -> Call<$result> {
            self.page::<method::$method>(cursor)
        }
    };
}

impl Client {
    /// All tools of the server, over all pages. Tools that cannot be called over this transport
    /// are left out.
    ///
    /// # Errors
    /// The call fails, a page leads back to one before, or the list passes
    /// [`Limits::list_pages`](crate::Limits::list_pages) or
    /// [`Limits::list_items`](crate::Limits::list_items).
    pub async fn list_tools(&self) -> Result<Vec<Tool>, ClientError> {
        self.all(|client, cursor| client.tools_page(cursor)).await
    }

    /// One page of the tools.
    pub fn tools_page(&self, cursor: Option<Cursor>) -> Call<ListToolsResult> {
        let mut call = self.page::<method::ListTools>(cursor);
        call.finish = |client, _, mut page| {
            client.learn(&mut page.tools);
            Ok(page)
        };
        call
    }

    list! {
        /// All resources of the server, over all pages.
        list_resources,
        /// One page of the resources.
        resources_page,
        ListResources, Resource, ListResourcesResult
    }

    list! {
        /// All templates of resources, over all pages.
        list_templates,
        /// One page of the templates.
        templates_page,
        ListResourceTemplates, ResourceTemplate, ListResourceTemplatesResult
    }

    list! {
        /// All prompts of the server, over all pages.
        list_prompts,
        /// One page of the prompts.
        prompts_page,
        ListPrompts, Prompt, ListPromptsResult
    }

    fn page<M: Request<Params = PaginatedRequestParams>>(
        &self,
        cursor: Option<Cursor>,
    ) -> Call<M::Result> {
        let mut params = PaginatedRequestParams::default();
        params.cursor = cursor;
        self.request::<M>(params)
    }

    async fn all<P: Page + Send + 'static>(
        &self,
        page: impl Fn(&Self, Option<Cursor>) -> Call<P>,
    ) -> Result<Vec<P::Item>, ClientError> {
        match self.pages(&page, false).await {
            // Pages that were kept may lead to ones that are gone.
            Err((ClientError::Peer(error), true)) if error.code() == code::INVALID_PARAMS => {
                self.pages(&page, true).await.map_err(|(error, _)| error)
            }
            done => done.map_err(|(error, _)| error),
        }
    }

    /// All pages. An error comes with whether a page before it may have been kept.
    async fn pages<P: Page + Send + 'static>(
        &self,
        page: &impl Fn(&Self, Option<Cursor>) -> Call<P>,
        fresh: bool,
    ) -> Result<Vec<P::Item>, (ClientError, bool)> {
        let limits = self.limits();
        let mut items = Vec::new();
        let mut cursors: Vec<Cursor> = Vec::new();
        for _ in 0..limits.list_pages {
            let mut call = page(self, cursors.last().cloned());
            call.fresh |= fresh;
            let kept = !cursors.is_empty() && self.keeps(&call.method);
            let (more, next) = call.await.map_err(|error| (error, kept))?.split();
            items.extend(more);
            if items.len() > limits.list_items {
                let what = format!("a list of more than {} items", limits.list_items);
                return Err((ClientError::TooLarge { what }, false));
            }
            match next {
                None => return Ok(items),
                Some(cursor) if cursors.contains(&cursor) => {
                    return Err((ClientError::invalid("a page leads back to one before"), false));
                }
                Some(cursor) => cursors.push(cursor),
            }
        }
        let what = format!("more than {} pages", limits.list_pages);
        Err((ClientError::TooLarge { what }, false))
    }
}
