//! Names of what the console states.

/// A tag was put on or taken off: `{"tag", "reason"}`.
pub const TAG_ADDED: &str = "$tag.added";
pub const TAG_REMOVED: &str = "$tag.removed";
/// Traits typed in the console: the properties are the fields.
pub const PROFILE_EDITED: &str = "$profile.edited";
