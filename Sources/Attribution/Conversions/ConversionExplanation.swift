/// Why a conversion was credited as it was: its last revision, with all that went into it.
package struct ConversionExplanation: Sendable {
  package let conversion: AttributedConversion
  /// The value of the report that the conversion rests on, before corrections.
  package let reported: Amount?
  /// What else is known about it, in the order in which it takes effect.
  package let corrections: [StoredCorrection]

  package init(
    _ conversion: AttributedConversion, reported: Amount?, corrections: [StoredCorrection]
  ) {
    self.conversion = conversion
    self.reported = reported
    self.corrections = corrections
  }
}

extension Journey {
  /// Explains `emission`, which is the last about its conversion.
  package func explanation(
    of emission: JourneyUpdate.Emission, rules: RuleSet, person: String,
    profiles: inout ProfileTable
  ) -> ConversionExplanation {
    let shown = emission.conversion
    let own = conversions.first { $0.rule == shown.rule && $0.eventID == shown.eventID }
    let paths =
      emission.status == .retracted
      ? emission.paths
      : self.paths(for: shown, rules: rules, profiles: &profiles, isTraced: true)
    let traced = JourneyUpdate.Emission(
      conversion: shown, status: emission.status, reason: emission.reason, paths: paths)
    return ConversionExplanation(
      AttributedConversion(traced, rules: rules, person: person), reported: own?.value,
      corrections: corrections.filter { $0.rule == shown.rule && $0.key == shown.key })
  }
}
