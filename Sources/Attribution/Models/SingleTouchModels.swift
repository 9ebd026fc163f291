/// All credit to the first touchpoint of the path.
package struct FirstTouchModel: AttributionModel {
  package let name = "first_touch"

  package init() {}

  package func credits(for path: Path) -> Credits {
    Credits(wholeTo: 0, of: path.touchpoints.count)
  }
}

/// All credit to the last touchpoint of the path.
package struct LastTouchModel: AttributionModel {
  package let name = "last_touch"

  package init() {}

  package func credits(for path: Path) -> Credits {
    Credits(wholeTo: path.touchpoints.count - 1, of: path.touchpoints.count)
  }
}

/// All credit to the last touchpoint whose channel is not Direct; if all are Direct, to the last.
package struct LastNonDirectTouchModel: AttributionModel {
  package let name = "last_non_direct_touch"

  package init() {}

  package func credits(for path: Path) -> Credits {
    let index = path.touchpoints.lastIndex { $0.shared.profile.channel != Channel.direct }
    return Credits(wholeTo: index ?? path.touchpoints.count - 1, of: path.touchpoints.count)
  }
}
