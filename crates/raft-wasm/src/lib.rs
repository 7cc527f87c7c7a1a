//! The door to the page: parse, call, convert. It has no opinions and never calls JavaScript.
//!
//! What changes with every frame crosses as one flat array (`frame.rs`); what is looked at crosses as objects, on
//! demand (`views.rs`). Anything that a page, a link or a file can get wrong becomes an error with a sentence, and
//! leaves the object usable: arguments are converted inside the methods.

mod convert;
mod frame;
mod hunt;
mod lab;
mod marks;
mod measure;
mod panic;
mod views;

pub use hunt::Hunt;
pub use measure::{Experiment, experiments};
pub use views::Setup;

pub use lab::{Lab, Opening, engine_version, frame_layout, scenarios};
pub use panic::start;
