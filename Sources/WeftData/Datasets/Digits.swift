import CDigits

/// The UCI handwritten digits: 1,797 images of 8x8 (E. Alpaydin and C. Kaynak, 1998, doi 10.24432/C50P49, CC BY 4.0),
/// embedded in the binary.
public enum Digits {
  /// Mean and deviation of all pixels.
  public static let pixelScale = PixelScale(white: 16, mean: 0.305, deviation: 0.376)

  /// Every sample, in the order of the original file.
  public static let all: LabeledImages = {
    let size = Int(weft_digits_record_size)
    let bytes = UnsafeBufferPointer(start: weft_digits_bytes(), count: weft_digits_count * size)
    let records = (0..<weft_digits_count).map { bytes[($0 * size)..<(($0 + 1) * size)] }
    return LabeledImages(
      checked: "digits", records.flatMap { $0.dropLast() }, records.compactMap { $0.last.map(Int.init) }, (1, 8, 8), 10,
      pixelScale)
  }()

  /// Every fifth sample is held out for testing; the writers of the file follow one another, so both parts hold all
  /// of them.
  public static let train = all.subset((0..<all.count).filter { $0 % 5 != 4 })
  /// The samples that `train` leaves out: every fifth.
  public static let test = all.subset((0..<all.count).filter { $0 % 5 == 4 })
}
