import Foundation
import TestSupport
import Testing
import Weft
import WeftModels

/// What is done with pictures, against transformers with Pillow.
@Suite struct ImagePreprocessorTests {
  private static func settings() throws -> [[String: Any]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: ModelFiles.imagePath("preprocessing.json")))
    return try JSONSerialization.jsonObject(with: data) as? [[String: Any]] ?? []
  }

  private static func preprocessor(_ settings: [String: Any]) throws -> ImagePreprocessor {
    let copy = try ModelFiles.copy(ofImages: "vit")
    try copy.write(try JSONSerialization.data(withJSONObject: settings), to: "preprocessor_config.json")
    return try ModelFolder(copy.path).imagePreprocessor()
  }

  @Test func pixelsAreThoseOfTransformers() throws {
    let expected = try TensorFile(ModelFiles.imagePath("preprocessing.safetensors"))
    let settings = try Self.settings()
    #expect(settings.count == 21)
    for entry in expected.entries {
      let parts = entry.name.split(separator: ".")
      let number = try #require(Int(parts[0]))
      let found = try Self.preprocessor(settings[number])([ImageGolden.picture(String(parts[1]))])
      let wanted = try expected.tensor(named: entry.name)
      #expect(found.shape == wanted.shape, "\(settings[number])")
      guard found.shape == wanted.shape else { continue }
      let deviation = (found - wanted).abs().max().item(as: Double.self)
      #expect(deviation == 0, "\(entry.name): pixels differ by \(deviation) with \(settings[number])")
    }
  }

  @Test func settingsMayStandInAProcessorsFile() throws {
    let golden = try ImageGolden("siglip")
    let copy = try ModelFiles.copy(ofImages: "siglip")
    let inner = String(decoding: try copy.data("preprocessor_config.json"), as: UTF8.self)
    try copy.remove("preprocessor_config.json")
    let error = #expect(throws: ModelError.self) { try ModelFolder(copy.path).imagePreprocessor() }
    #expect(
      error?.description.hasSuffix(
        "expected preprocessor_config.json, which says how pictures are prepared; found none; the download may not be "
          + "complete") == true)
    try copy.write(
      "{\"image_processor\": \(inner), \"processor_class\": \"SiglipProcessor\"}", to: "processor_config.json")
    #expect(try ModelFolder(copy.path).imagePreprocessor() == golden.folder.imagePreprocessor())
  }

  @Test func wrongSettingsAreNamed() throws {
    let cases: [([String: Any], String)] = [
      (
        ["image_processor_type": "DonutImageProcessor"],
        "image_processor_type: expected one of ViTImageProcessor, CLIPImageProcessor, BitImageProcessor, "
          + "SiglipImageProcessor; found \"DonutImageProcessor\""
      ),
      (
        ["size": ["longest_edge": 8]],
        "size: expected height and width, shortest_edge, shortest_edge and longest_edge, or max_height and max_width; "
          + "found longest_edge"
      ),
      (["size": 5000], "size: expected a whole number from 1 to 4096, or a height and a width; found [5000]"),
      (["size": ["height": 0, "width": 8]], "size.height: expected a whole number from 1 to 4096; found the number 0"),
      (
        ["resample": 5], "resample: expected 0 to 4: nearest, lanczos, bilinear, bicubic, box; found 5"
      ),
      (["do_center_crop": true], "crop_size: expected a height and a width; found nothing"),
      (["do_pad": true], "do_pad: expected false: no padding; found true"),
      (["image_mean": [0.5, 0.5]], "image_mean: expected a number for each channel; found 2 numbers"),
      (["image_std": [0.5, 0, 0.5]], "image_std: expected numbers above 0; found [0.5, 0.0, 0.5]"),
      (["do_resize": 3], "do_resize: expected true or false; found the number 3"),
    ]
    for (settings, wanted) in cases {
      let error = #expect(throws: ModelError.self) { try Self.preprocessor(settings) }
      #expect(error?.description.hasSuffix("preprocessor_config.json: " + wanted) == true, "\(error as Any)")
    }
  }

  @Test func picturesThatDoNotFitAreRefused() throws {
    let free = try Self.preprocessor(["size": ["shortest_edge": 8]])
    let error = #expect(throws: ModelError.self) {
      try free([ImageGolden.picture("wide"), ImageGolden.picture("tall")])
    }
    #expect(
      error?.description == "[model.input] images: expected images of one size, as 10x8 in color; found 8x18 in color; "
        + "the folder's settings keep proportions: give the pictures one by one")
    let large = try Self.preprocessor(["size": ["shortest_edge": 4096]])
    let line = Image(width: 8000, height: 1, color: [7, 7, 7])
    let refused = #expect(throws: ModelError.self) { try large([line]) }
    #expect(
      refused?.description == "[model.input] images: expected a picture that keeps 1 to 67108864 pixels when it is "
        + "resized; found 8000x1, which becomes 32768000x4096")
    #expect(try free([]).shape[0] == 0)
  }

  @Test func channelsAreTheModels() throws {
    let copy = try ModelFiles.copy(ofImages: "vit")
    try copy.set(["num_channels": 1])
    let gray = try ModelFolder(copy.path).imagePreprocessor()
    #expect(try gray([ImageGolden.picture("wide")]).shape == [1, 1, 8, 8])
    try copy.set(["num_channels": 4])
    let error = #expect(throws: ModelError.self) { try ModelFolder(copy.path).imagePreprocessor() }
    #expect(error?.description.hasSuffix("num_channels: expected 1 or 3, as pictures have; found 4") == true)
  }

  /// Each setting as another kind of value: an error or none, but no trap.
  @Test func settingsOfOtherKindsDoNoHarm() throws {
    let (tall, wide) = (try ImageGolden.picture("tall"), try ImageGolden.picture("wide"))
    for settings in try Self.settings() {
      for key in settings.keys {
        for value in [0, -1, 1 << 62, 0.5, 1e300, "x", [1], [], ["height": 1], ["height": "x", "width": []], true]
          as [Any]
        {
          var changed = settings
          changed[key] = value
          guard let preprocessor = try? Self.preprocessor(changed) else { continue }
          for picture in [tall, wide] {
            guard let pixels = try? preprocessor([picture]) else { continue }
            #expect(pixels.rank == 4 && pixels.shape[0] == 1 && [1, 3].contains(pixels.shape[1]), "\(key): \(value)")
          }
        }
      }
    }
  }
}
