import ArgumentParser
import Weft

struct TrainImages: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "images", abstract: "A network on images of your own: tells classes apart.",
    discussion: """
      The folder has a folder for each class, with PNG and JPEG files in it: flowers/rose/1.jpg. A folder `train` \
      beside `val`, `valid`, `validation` or `test` keeps the images apart that are not learned from. \
      `weft predict RUN IMAGE` then says what another image shows.
      """)

  @Argument(
    help: ArgumentHelp(
      "The folder that holds the classes' folders. Where a run goes on, left out for that of the run.",
      valueName: "folder"))
  var given: String?
  @Option(help: "The side of the square that the network sees, 16 to 512; left out, by the images, at most 128.")
  var size: Int?
  @Option(help: "small, or resnet18 (where left out, from 64 pixels on).")
  var model: ImageNetwork?
  @Option(help: "none, shift (gray images, where left out) or full: parts, mirrored, in other light (colored ones).")
  var augmentation: Augmentation?
  @Option(help: "The share of the images that are kept to check by; 0.2 where left out.")
  var validation: Double?
  @Flag(help: "Leave out files that cannot be read.")
  var skipUnreadable = false
  @OptionGroup var options: TrainingOptions

  /// The path of the data: as given, or that of the run that goes on.
  private var folder: String { given ?? options.knownSource ?? "" }

  func validate() throws {
    try options.checkSource(given, "folder")
    if let size, !ImagesPlan.sizes.contains(size) { throw ValidationError("--size takes a number from 16 through 512") }
    if let validation, !(validation > 0 && validation < 1) {
      throw ValidationError("--validation takes a share between 0 and 1")
    }
  }

  func run() throws {
    let resumed = try options.resumedRun()
    try resumed?.checkSource(given, "folder")
    let known = try resumed.map { resumed in
      try resumed.plan("weft train images") { if case .images(let plan) = $0 { plan } else { nil } }
    }
    let source = ImageSource(folder)
    let plan = try known ?? newPlan(source)
    if let resumed {
      try resumed.check([
        ("--size", size.map { "\($0)" }, "\(plan.size)"), ("--model", model?.rawValue, plan.network.rawValue),
        ("--augmentation", augmentation?.rawValue, plan.augmentation.rawValue),
        ("--validation", validation.map { "\($0)" }, plan.validation.map { "\($0)" } ?? "a folder of its own"),
      ])
    }
    let parts = try ImageParts(source, plan, seed: options.seed(resumed))
    let names = shown(plan.classes.prefix(12).joined(separator: ", ")) + (plan.classes.count > 12 ? "..." : "")
    let colors = plan.channels == 1 ? "gray" : "color"
    print(
      "\(plan.classes.count) classes, \(names); \(plan.size)x\(plan.size) in \(colors), "
        + "augmentation \(plan.augmentation.rawValue)")
    try TrainingRun(ImagesTask(folder, plan, parts), options, resumed: resumed).run()
  }

  private func newPlan(_ source: ImageSource) throws -> ImagesPlan {
    let all = try ImageFolder(source.trainPath)
    guard all.classCount > 1 else {
      throw DataFileError(
        .badValue, file: source.trainPath, expected: "folders of two classes or more",
        found: "\"\(all.classNames[0])\" alone",
        hint: "put the images of a class into a folder of the class' name")
    }
    let known = Set(all.files.map(\.label))
    if let empty = all.classNames.indices.first(where: { !known.contains($0) }) {
      throw DataFileError(
        .unreadable, file: "\(source.trainPath)/\(all.classNames[empty])",
        expected: "images of the class, which end in .png, .jpg or .jpeg", found: "none",
        hint: "convert what is in the folder, or take it out")
    }
    guard all.classCount <= ImagesPlan.mostClasses else {
      throw DataFileError(
        .limitExceeded, file: source.trainPath, expected: "folders of at most \(ImagesPlan.mostClasses) classes",
        found: "\(all.classCount)")
    }
    if source.checkPath != nil, validation != nil {
      throw CommandFailure("\(folder): the images to check by have a folder of their own: leave --validation out")
    }
    let survey = ImageSurvey(all)
    let size = size ?? survey.size
    return ImagesPlan(
      classes: all.classNames, size: size, channels: survey.isGray ? 1 : 3, network: model ?? .suited(to: size),
      augmentation: augmentation ?? (survey.isGray ? .shift : .full),
      validation: source.checkPath == nil ? validation ?? 0.2 : nil, skipsUnreadable: skipUnreadable,
      dividesByClass: true)
  }
}
