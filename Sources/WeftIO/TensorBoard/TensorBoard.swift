import Foundation
import WeftData
import WeftTensor

/// A run as TensorBoard shows it: numbers, pictures, texts and graphs, by name and step.
///
/// ```swift
/// let board = try TensorBoard("runs/first")
/// for step in 0..<1000 { board.add("loss/train", train(), step: step) }
/// board.add("weights", histogramOf: model.parameters()[0].value, step: 1000)
/// try board.close()
/// ```
/// Then `tensorboard --logdir runs`. Names with a slash are shown in groups. Events are in the file after five seconds
/// at the latest, after `flush()`, and when the program ends by itself. Any thread may add. A failure to write stops
/// nothing: `flush()` and `close()` throw it.
public final class TensorBoard: Sendable {
  /// The folder of the run.
  public let folder: String
  private let file: EventFileWriter

  /// A new event file in a folder, which is made if it is missing. Files of other runs in it are left alone;
  /// TensorBoard shows all of a folder as one run.
  ///
  /// - Throws: `FileWriteError`.
  public init(_ folder: String) throws(FileWriteError) {
    self.folder = folder
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      let number = ((error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError)?.code ?? Int(EACCES)
      throw FileWriteError(folder, .makeFolder, Int32(clamping: number))
    }
    file = try EventFileWriter(in: folder)
    file.add(EventMessages.version())
    // A reader that comes now finds an event file, not an empty one.
    try file.flush()
  }

  /// The event file's path.
  public var path: String { file.path }

  /// A number at a step, as float32.
  public func add(_ name: String, _ number: Double, step: Int) {
    file.add(EventMessages.scalar(name, number, step: step))
  }

  /// How a tensor's numbers are distributed at a step; infinite and undefined ones are left out.
  public func add(_ name: String, histogramOf tensor: Tensor, step: Int) {
    file.add(EventMessages.histogram(name, tensor, step: step))
  }

  /// A picture at a step. `try Image(tensor)` makes one of a tensor.
  public func add(_ name: String, image: Image, step: Int) { file.add(EventMessages.image(name, image, step: step)) }

  /// A sound at a step.
  public func add(_ name: String, sound: Sound, step: Int) { file.add(EventMessages.sound(name, sound, step: step)) }

  /// A text at a step, shown as Markdown.
  public func add(_ name: String, text: String, step: Int = 0) {
    file.add(EventMessages.text(name, text, step: step))
  }

  /// A program's operations as a graph, grouped by module; the last one added is shown. Of a model it is
  /// `try model.frozen(for: example).program(for: example)`, whose weights have their names.
  public func add(graph program: Program) { file.add(EventMessages.graph(program)) }

  /// The settings of the run, with numbers that it was judged by: what the page of hyperparameters compares runs by.
  ///
  /// - Parameter metrics: By the names of numbers that the run adds; they are added at step 0 here.
  public func add(hyperparameters: [String: Hyperparameter], metrics: [String: Double] = [:]) {
    for event in EventMessages.hyperparameters(hyperparameters, metrics: metrics.keys.sorted()) { file.add(event) }
    for (name, number) in metrics.sorted(by: { $0.key < $1.key }) { add(name, number, step: 0) }
  }

  /// Hands all events to the system.
  ///
  /// - Throws: `FileWriteError` for the first one that could not be written.
  public func flush() throws(FileWriteError) { try file.flush() }

  /// Ends the file; what is added afterwards is lost.
  ///
  /// - Throws: `FileWriteError` for the first event that could not be written.
  public func close() throws(FileWriteError) { try file.close() }
}
