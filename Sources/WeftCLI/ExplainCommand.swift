import ArgumentParser
import Weft

struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Write a page that shows what happens inside a network, forward and backward.",
    discussion: """
      Without a run: two inputs, two hidden neurons and one output, with every sum and product of the chain rule in \
      numbers. With a trained run: its network on a few of its test images, or on the rows, images or texts of the data \
      that --data names. The page is one HTML file; open it in a browser and move the slider.
      """)

  @Argument(help: "The run folder; left out, the example of nine numbers.")
  var folder: String?
  @Option(help: "The file to write.")
  var out = "inside.html"
  @Option(help: "How many images, rows or windows of text.")
  var samples = 16
  @Option(help: "The file or folder of the data, where the data is not embedded.")
  var data: String?

  func validate() throws {
    if !(1...4096).contains(samples) { throw ValidationError("--samples takes a number from 1 to 4096") }
  }

  func run() throws {
    let explanation = try folder.map { try explain($0) } ?? Explanation.scalarExample()
    try explanation.write(to: out)
    print("\(out): \(explanation.steps.count) operations, loss \(Amount.short(explanation.loss))")
  }

  private func explain(_ folder: String) throws -> Explanation {
    if let own = try OwnDataRun(folder) {
      guard let data else {
        throw CommandFailure("\(folder): a run of \(own.plan.command): name the data to look at with --data")
      }
      return try own.explanation(on: data, count: samples)
    }
    let trained = try TrainedRun(folder)
    let images = try trained.testImages(data: data)
    var batches = DataLoader(images, batchSize: samples).batches(epoch: 0)
    guard let batch = batches.next() else { throw CommandFailure("\(images.name) has no test images") }
    let title = "\(trained.configuration.architecture) on \(batch.labels.elementCount) images of \(images.name)"
    return try Explanation(of: trained.model, title: title, inputs: [("images", batch.inputs)]) {
      crossEntropy(trained.model(batch.inputs), classIndices: batch.labels)
    }
  }
}
