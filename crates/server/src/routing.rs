//! The router's words as `routes` uses them, with a record of what was registered: the OpenAPI document is held against it.

use actix_web::{FromRequest, Handler, Responder, Route, guard::Guard, http::Method, web};
use std::{any::Any, collections::BTreeSet};

pub use actix_web::web::to;

/// A service configuration that remembers each method and path.
pub struct ServiceConfig<'c> {
    config: &'c mut web::ServiceConfig,
    registered: BTreeSet<(String, String)>,
}

impl<'c> ServiceConfig<'c> {
    pub fn of(config: &'c mut web::ServiceConfig) -> Self {
        Self { config, registered: BTreeSet::new() }
    }

    pub fn service(&mut self, resource: Resource) -> &mut Self {
        let Resource { inner, paths, methods } = resource;
        for path in paths {
            self.registered.extend(methods.iter().map(|method| (path.clone(), method.clone())));
        }
        self.config.service(inner);
        self
    }

    pub fn default_service(&mut self, route: Route) {
        self.config.default_service(route);
    }

    /// Path pattern and method of every route.
    pub fn into_registered(self) -> BTreeSet<(String, String)> {
        self.registered
    }
}

/// One or several path patterns.
pub trait Paths {
    fn list(self) -> Vec<String>;
}

impl Paths for &str {
    fn list(self) -> Vec<String> {
        vec![self.to_owned()]
    }
}

impl Paths for String {
    fn list(self) -> Vec<String> {
        vec![self]
    }
}

impl<const N: usize> Paths for [&str; N] {
    fn list(self) -> Vec<String> {
        self.map(str::to_owned).to_vec()
    }
}

pub struct Resource {
    inner: actix_web::Resource,
    paths: Vec<String>,
    methods: Vec<String>,
}

pub fn resource(paths: impl Paths) -> Resource {
    let paths = paths.list();
    Resource { inner: web::resource(paths.clone()), paths, methods: Vec::new() }
}

impl Resource {
    #[must_use]
    pub fn route(mut self, verb: Verb) -> Self {
        self.methods.push(verb.method.as_str().to_owned());
        Self { inner: self.inner.route(verb.route), ..self }
    }

    /// For the extractors of this resource alone.
    #[must_use]
    pub fn app_data(self, data: impl Any) -> Self {
        Self { inner: self.inner.app_data(data), ..self }
    }

    /// Any method.
    #[must_use]
    pub fn to<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { inner: self.inner.to(handler), ..self }
    }
}

/// A method, with its handler and guards.
pub struct Verb {
    method: Method,
    route: Route,
}

pub fn method(method: Method) -> Verb {
    Verb { route: web::method(method.clone()), method }
}

pub fn get() -> Verb {
    method(Method::GET)
}

pub fn post() -> Verb {
    method(Method::POST)
}

pub fn put() -> Verb {
    method(Method::PUT)
}

pub fn patch() -> Verb {
    method(Method::PATCH)
}

pub fn delete() -> Verb {
    method(Method::DELETE)
}

impl Verb {
    #[must_use]
    pub fn guard(self, guard: impl Guard + 'static) -> Self {
        Self { route: self.route.guard(guard), ..self }
    }

    #[must_use]
    pub fn to<F, Args>(self, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        Self { route: self.route.to(handler), ..self }
    }
}
