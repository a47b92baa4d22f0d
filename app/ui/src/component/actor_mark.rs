//! The mark of an actor in a drawing: its shape and its colour say which kind it is.

use domain::vocabulary::PrincipalKind;

/// The class that colours the mark, and the outline of its shape around a point: people are round, agents diamonds,
/// services squares, systems triangles.
pub fn actor_mark(kind: PrincipalKind, x: f64, y: f64) -> (&'static str, String) {
    let round = || format!("M{:.1} {y:.1}a6 6 0 1 0 12 0a6 6 0 1 0 -12 0z", x - 6.0);
    match kind {
        PrincipalKind::Human => ("mark-human", round()),
        PrincipalKind::Agent => ("mark-agent", format!("M{x:.1} {:.1}l7.5 7.5-7.5 7.5-7.5-7.5z", y - 7.5)),
        PrincipalKind::Service => ("mark-service", format!("M{:.1} {:.1}h11v11h-11z", x - 5.5, y - 5.5)),
        PrincipalKind::System => ("mark-system", format!("M{x:.1} {:.1}l7 13h-14z", y - 7.5)),
        PrincipalKind::Unknown => ("mark-unknown", round()),
    }
}
