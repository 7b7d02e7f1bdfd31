import Foundation
import TestSupport
import Testing
import Weft

/// Files of Goldens/images, which Pillow made (make_images.py).
enum ImageGolden {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Goldens/\(name)").path
  }

  static func image(_ name: String) throws -> Image { try Image(contentsOf: path("images/\(name)")) }

  static func bytes(_ name: String) throws -> [UInt8] { try FileBytes(contentsOf: path("images/\(name)")).bytes }

  /// The largest difference of two images' bytes; 256 where their sizes differ.
  static func distance(_ a: Image, _ b: Image) -> Int {
    guard a.width == b.width, a.height == b.height, a.channels == b.channels else { return 256 }
    return zip(a.pixels, b.pixels).reduce(0) { max($0, abs(Int($1.0) - Int($1.1))) }
  }
}

@Suite("Images")
struct ImageTests {
  private static let photo = Result { try ImageGolden.image("photo.png") }

  @Test(
    "JPEG files give the pixels that Pillow reads, whichever way the camera was held",
    arguments: [
      "photo", "fine", "gray", "progressive", "print", "exif2", "exif3", "exif4", "exif5", "exif6", "exif7", "exif8",
    ])
  func decodedJPEG(name: String) throws {
    let image = try ImageGolden.image("\(name).jpg")
    // Versions of libjpeg-turbo round differently.
    #expect(ImageGolden.distance(image, try ImageGolden.image("\(name).decoded.png")) <= 1)
  }

  @Test("A camera that was held upright turns nothing")
  func upright() throws {
    let image = try ImageGolden.image("exif1.jpg")
    // The files hold the same pixels and differ in what they say of the camera.
    #expect(try image == ImageGolden.image("exif2.jpg").flippedHorizontally())
    #expect(image.width == 37 && image.height == 29)
  }

  @Test("Sides that no image has are cut, and the smallest images have room for their files")
  func extremes() throws {
    let line = Image(width: 8000, height: 1, color: [7]).resized(shorterSide: 9, filter: .nearest)
    #expect(line.width == 65_535 && line.height == 9)
    for quality in [1, 50, 100] {
      let bytes = Image(width: 1, height: 1, color: [200, 10, 90]).jpeg(quality: quality)
      #expect(try Image(decoding: FileBytes(name: "a", bytes: bytes)).width == 1)
    }
  }

  @Test("Gray is asked of a colored file and color of a gray one")
  func channels() throws {
    let gray = try Image(contentsOf: ImageGolden.path("images/photo.jpg"), as: .gray)
    #expect(gray.channels == .gray && gray.pixels.count == 37 * 29)
    let color = try ImageGolden.image("photo.jpg")
    // A file holds brightness and two differences: colors that lie outside are cut off, their brightness is not.
    #expect(ImageGolden.distance(color.converted(to: .gray), gray) <= 6)
    let lifted = try ImageGolden.image("gray.jpg")
    #expect(lifted.pixels.count == 3 * 37 * 29 && lifted == lifted.converted(to: .gray).converted(to: .rgb))
  }

  @Test("Resized images are Pillow's", arguments: ImageFilter.allCases)
  func resized(filter: ImageFilter) throws {
    for (width, height) in [(13, 11), (61, 20), (20, 40)] {
      let image = try Self.photo.get().resized(width: width, height: height, filter: filter)
      let expected = try ImageGolden.image("\(filter.rawValue).\(width)x\(height).png")
      #expect(ImageGolden.distance(image, expected) == 0, "\(filter) \(width)x\(height)")
    }
  }

  @Test("Turns and colors are Pillow's to a level or two")
  func changed() throws {
    let photo = try Self.photo.get()
    let map = AffineMap(angle: 30, shiftX: 2, shiftY: -3, scale: 0.8, shearX: 10, shearY: 5)
    #expect(ImageGolden.distance(photo.warped(by: map, fill: 9), try ImageGolden.image("affine.png")) <= 1)
    #expect(ImageGolden.distance(photo.rotated(degrees: 25), try ImageGolden.image("rotated.png")) <= 1)
    #expect(ImageGolden.distance(photo.withBrightness(1.4), try ImageGolden.image("brightness.png")) <= 1)
    #expect(ImageGolden.distance(photo.withContrast(0.6), try ImageGolden.image("contrast.png")) <= 1)
    #expect(ImageGolden.distance(photo.withSaturation(1.7), try ImageGolden.image("saturation.png")) <= 1)
    #expect(photo.warped(by: AffineMap()) == photo)
  }

  @Test("Hues move along the circle")
  func hues() {
    let red = Image(width: 1, height: 1, color: [200, 50, 50])
    #expect(red.withHue(shiftedBy: 1.0 / 3).pixels == [50, 200, 50])
    #expect(red.withHue(shiftedBy: -1.0 / 3).pixels == [50, 50, 200])
    #expect(red.withHue(shiftedBy: 0.5).pixels == [50, 200, 200])
    #expect(red.withHue(shiftedBy: 1).pixels == red.pixels)
  }

  @Test("Parts and mirror images")
  func parts() throws {
    let image = try Image(width: 3, height: 2, channels: .gray, pixels: [1, 2, 3, 4, 5, 6])
    #expect(image.flippedHorizontally().pixels == [3, 2, 1, 6, 5, 4])
    #expect(image.flippedVertically().pixels == [4, 5, 6, 1, 2, 3])
    #expect(image.turned(quarters: 1).pixels == [4, 1, 5, 2, 6, 3] && image.turned(quarters: -3).width == 2)
    #expect(image.turned(quarters: 2).pixels == [6, 5, 4, 3, 2, 1])
    #expect(image.transposed().pixels == [1, 4, 2, 5, 3, 6])
    #expect(image.cropped(x: 1, y: 0, width: 2, height: 1).pixels == [2, 3])
    #expect(image.cropped(x: -1, y: 1, width: 3, height: 2).pixels == [0, 4, 5, 0, 0, 0])
    #expect(image.cropped(x: 2, y: -1, width: 2, height: 2).pixels == [0, 0, 3, 0])
    #expect(image.cropped(x: .max, y: .min, width: 1, height: 1).pixels == [0])
    #expect(image.centerCropped(1, 2).pixels == [2, 5])
    #expect(image.centerCropped(5, 2).pixels == [0, 1, 2, 3, 0, 0, 4, 5, 6, 0])
    #expect(try Self.photo.get().resized(shorterSide: 10).width == 12)
  }

  @Test("Tensors and files come back as images")
  func roundTrips() throws {
    let photo = try Self.photo.get()
    #expect(try Image(photo.tensor()) == photo && photo.tensor().shape == [3, 29, 37])
    #expect(try Image(decoding: FileBytes(name: "a", bytes: photo.png())) == photo)
    let again = try Image(decoding: FileBytes(name: "a", bytes: photo.jpeg(quality: 98)))
    #expect(ImageGolden.distance(again, photo) < 24)
    #expect(photo.jpeg(quality: 20).count < photo.jpeg(quality: 90).count)
    let gray = photo.converted(to: .gray)
    #expect(try Image(decoding: FileBytes(name: "a", bytes: gray.jpeg()), as: .gray).channels == .gray)
    #expect(try Image(Tensor([[0.0, 0.5], [2, -1]])).pixels == [0, 128, 255, 0])
    #expect(try Image(Tensor([[0, 300], [7, -1]])).pixels == [0, 255, 7, 0])
    #expect(throws: TensorError.self) { try Image(Tensor(zeros: [2, 4, 4])) }
    #expect(throws: TensorError.self) { try Image(width: 2, height: 2, channels: .gray, pixels: [1]) }
    #expect(throws: TensorError.self) { try withTensorErrors { photo.resized(width: 0, height: 3) } }
  }
}

@Suite("Broken JPEG files")
struct BrokenJPEGTests {
  private static func failure(_ bytes: [UInt8], maximumPixels: Int = PNG.defaultMaximumPixels) -> DataFileError? {
    HostileFiles.failure { () throws(DataFileError) in
      try JPEG.decoded(FileBytes(name: "cat.jpg", bytes: bytes), as: .rgb, maximumPixels: maximumPixels)
    }
  }

  @Test("A file cut off anywhere before its end is refused", arguments: ["photo.jpg", "progressive.jpg"])
  func truncated(name: String) throws {
    let bytes = try ImageGolden.bytes(name)
    // Without the end's two bytes the image is whole, and the library says so.
    for count in 0..<bytes.count - 2 {
      let error = Self.failure(Array(bytes.prefix(count)))
      #expect(error != nil, "cut after \(count) of \(bytes.count)")
      #expect(error?.description.contains("\n") != true)
    }
    #expect(Self.failure(Array(bytes.prefix(2)))?.code == .truncated)
    #expect(Self.failure(Array(bytes.prefix(bytes.count / 2)))?.code == .truncated)
  }

  @Test("Stray bytes are passed over, but hide no missing end")
  func strayBytes() throws {
    var bytes = try ImageGolden.bytes("progressive.jpg")
    // The tables of the second scan follow the first.
    let scan = try #require(bytes.indices.dropLast().first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xDA })
    let next = try #require(
      bytes.indices.dropLast().first { $0 > scan && bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC4 })
    bytes.insert(contentsOf: [0, 0, 0, 0], at: next)
    let image = try Image(decoding: FileBytes(name: "a", bytes: bytes))
    #expect(try image == ImageGolden.image("progressive.jpg"))
    #expect(Self.failure(Array(bytes.prefix(bytes.count / 2)))?.code == .truncated)
    // The same before the size, and a version of the head that the library does not know.
    for stray: [UInt8] in [[0, 0, 0], []] {
      var photo = try ImageGolden.bytes("photo.jpg")
      if stray.isEmpty { photo[11] = 2 }
      photo.insert(contentsOf: stray, at: 20)
      let image = try Image(decoding: FileBytes(name: "a", bytes: photo))
      #expect(try image == ImageGolden.image("photo.jpg"))
    }
  }

  @Test("Flipped bits make another image or an error", arguments: ["exif6.jpg", "print.jpg"])
  func bitFlips(name: String) throws {
    let bytes = try ImageGolden.bytes(name)
    var refused = 0
    for place in 0..<min(bytes.count, 700) {
      for bit: UInt8 in [1, 16, 128] {
        var changed = bytes
        changed[place] ^= bit
        if Self.failure(changed, maximumPixels: 1 << 16) != nil { refused += 1 }
      }
    }
    // Neither everything nor nothing is damage: most bits are of colors.
    #expect(refused > 0 && refused < 3 * min(bytes.count, 700))
  }

  @Test("A giant image is refused before anything is allocated")
  func giants() throws {
    var bytes = try ImageGolden.bytes("photo.jpg")
    let frame = try #require(
      bytes.indices.dropLast(9).first { bytes[$0] == 0xFF && bytes[$0 + 1] == 0xC0 && bytes[$0 + 4] == 8 })
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0xFF, 0xFF, 0xFF])
    let error = Self.failure(bytes)
    #expect(error?.code == .limitExceeded && error?.found == "an image of 65535x65535")
    #expect(error?.hint?.contains("`maximumPixels`") == true)
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0, 0, 0, 37])
    #expect(Self.failure(bytes)?.code == .corrupt)
    bytes.replaceSubrange(frame + 5..<frame + 9, with: [0, 200, 0, 37])
    #expect(Self.failure(bytes) != nil)
    bytes[frame + 4] = 12
    #expect(Self.failure(bytes)?.code == .unsupported)
  }

  @Test("Another kind of file is called by its name")
  func otherKinds() {
    HostileFiles.expectKindIsNamed { file throws(DataFileError) in try JPEG.decoded(file, as: .gray) }
    HostileFiles.expectKindIsNamed { file throws(DataFileError) in try Image(decoding: file) }
    #expect(Self.failure([])?.code == .truncated)
  }
}
