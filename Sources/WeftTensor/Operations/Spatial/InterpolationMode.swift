/// How values between pixels are found.
public enum InterpolationMode: String, Hashable, Sendable, Codable, CaseIterable {
  /// The pixel before: ⌊i·in/out⌋ of the input, as in early versions of many libraries.
  case nearest
  /// The pixel whose center is nearest.
  case nearestExact
  /// Between the two neighbours on each axis (`bilinear` of images, `trilinear` of volumes).
  case linear
  /// A cubic through the four neighbours on each axis (Keys, 1981, with a = -0.75; with antialiasing -0.5, as in PyTorch).
  case cubic
  /// The mean of all pixels that an output pixel covers: an adaptive average pool.
  case area
}
