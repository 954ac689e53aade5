//! Who may do what, asked of every page: each link and form that anybody sees, sent by
//! everybody else.

mod cast;
mod crawl;
mod given;
mod houses;
mod html;
mod month;
mod routes;
mod screen;
mod sends;
