//! Severity in words, once for pages and documents.

use super::{Dimension, Severity, SeverityFacts, rubric};

impl SeverityFacts {
    /// The level of a dimension, where it is known.
    pub fn known(&self, dimension: Dimension) -> Option<i64> {
        self.dimensions.get(&dimension).copied().flatten()
    }

    /// The worst that is credible of a dimension, where somebody said so.
    fn credible(&self, dimension: Dimension) -> Option<i64> {
        self.worst_credible.get(&dimension).copied().flatten()
    }

    /// The level in words: `3`, `unknown, at worst 3`, `unknown`.
    pub fn level_words(&self, dimension: Dimension) -> String {
        match (self.known(dimension), self.credible(dimension)) {
            (Some(level), _) => level.to_string(),
            (None, Some(worst)) => format!("unknown, at worst {worst}"),
            (None, None) => "unknown".into(),
        }
    }

    /// What the level means in the words of the rubric; of an unknown one what the worst that is credible would mean.
    pub fn meaning(&self, dimension: Dimension) -> &'static str {
        let level = self.known(dimension).or_else(|| self.credible(dimension));
        let scale = rubric::find(&self.rubric).and_then(|rubric| rubric.scale(dimension));
        let meaning = scale.zip(level).and_then(|(scale, level)| scale.levels.get(usize::try_from(level).ok()?));
        meaning.copied().unwrap_or_default()
    }

    /// What the rubric is called.
    pub fn rubric_name(&self) -> &str {
        rubric::find(&self.rubric).map_or(self.rubric.as_str(), |rubric| rubric.key)
    }
}

impl Severity {
    /// What it comes to, in a line: `Sev 1, range Sev 1–2 · modifier 2.70 · score 72.7`.
    pub fn sum_up(&self) -> String {
        let [low, high] = self.range;
        let range =
            if low == high { String::new() } else { format!(", range Sev {}–{}", low.number(), high.number()) };
        format!("{}{range} · modifier {:.2} · score {:.1}", self.label, self.modifier, self.score)
    }

    /// Its figures: `impact 3, modifier 2.70, score 72.7`.
    pub fn figures(&self) -> String {
        format!("impact {}, modifier {:.2}, score {:.1}", self.impact, self.modifier, self.score)
    }

    /// Between what it lies, where what is unknown decides.
    pub fn between(&self) -> Option<String> {
        let [worst, mildest] = self.range;
        (worst != mildest)
            .then(|| format!("Depending on what is unknown it is between {} and {}.", worst.label(), mildest.label()))
    }
}
