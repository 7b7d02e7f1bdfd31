import Testing
import WeftMPI

/// What ranks do together, and what they are told when one does not.
@Suite(.serialized, .enabled(if: Ranks.areThere, "\(Ranks.whyNot)")) struct CollectiveTests {
  @Test(arguments: [1, 2, 4]) func eachCollectiveGivesWhatItSays(count: Int) throws {
    let outcome = try Ranks.run("collectives", count: count)
    #expect(outcome.status == 0, "\(outcome.complaint)")
    for rank in 0..<count { #expect(outcome.output.contains("rank \(rank) of \(count) is right")) }
  }

  @Test func aMismatchSaysWhoDiffersAndWhere() throws {
    let outcome = try Ranks.run("mismatch", count: 4)
    #expect(outcome.status != 0)
    let message = """
      expected all 4 ranks at the same collective; found ranks 0, 2 and 3 at sum 'second' of 2 float32 (collective 2), \
      rank 1 at barrier 'elsewhere' (collective 2); each rank must come to the same collectives in the same order, \
      with operands of one size [mpi.mismatch]
      """
    #expect(outcome.complaint.contains("rank 0: \(message)"), "\(outcome.complaint)")
    let sizes = try Ranks.run("size", count: 3)
    #expect(sizes.status != 0)
    #expect(
      sizes.complaint.contains(
        "found ranks 0 and 1 at sum 'sizes' of 4 float32 (collective 1), rank 2 at sum 'sizes' of 3 float32"),
      "\(sizes.complaint)")
  }

  /// Collectives of two lanes are not compared with each other: the wait for what never comes is found all the same,
  /// long before its time is over. A rank that is very late to its wait is not named.
  @Test func aLayerThatOneRankAloneCallsIsNamedAtOnce() throws {
    let start = ContinuousClock.now
    let outcome = try Ranks.run("lanes", count: 3, timeout: 100)
    #expect(outcome.status != 0)
    #expect(ContinuousClock.now - start < .seconds(60))
    let words = [
      "expected all 3 ranks at the same collective; found ", " at sum 'gradients 0' of 25 float32 (",
      "rank 0 at sum 'statistics of a batch' of 1 float32 (collective 1 of the statistics)",
      "is called by all of them [mpi.mismatch]",
    ]
    for word in words { #expect(outcome.complaint.contains(word), "\(outcome.complaint)") }
    let named = ["ranks 1 and 2 at sum", "rank 1 at sum", "rank 2 at sum"]
    #expect(named.contains { outcome.complaint.contains($0) }, "\(outcome.complaint)")
  }

  @Test func longNamesAreToldInShort() throws {
    let outcome = try Ranks.run("names", count: 2)
    #expect(outcome.complaint.contains("... (6001 bytes, sum "), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("rank 0 at barrier 'é\u{1}é"), "\(outcome.complaint)")
    #expect(outcome.complaint.contains(", rank 1 at barrier 'é\u{1}é"), "\(outcome.complaint)")
    let late = try Ranks.run("names", "late", count: 2, timeout: 3)
    #expect(late.complaint.contains("found rank 1 still at work after barrier 'é"), "\(late.complaint)")
  }

  @Test func oneThatHasEndedIsNamed() throws {
    let outcome = try Ranks.run("ended", count: 2)
    #expect(outcome.status != 0)
    let message = """
      rank 0: expected all ranks to reach sum 'without one' of 1 float32 (collective 1); found rank 1 has ended \
      without it; each rank must come to the same collectives [mpi.left]
      """
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test func oneThatFailsTellsTheOthersWhy() throws {
    let outcome = try Ranks.run("failed", count: 3)
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains("rank 1: Wrong(what: \"its disk is full\")"), "\(outcome.complaint)")
    let message = """
      rank 0: expected all ranks to go on together; found rank 1 has ended with an error: Wrong(what: "its disk is \
      full"); see to that one; what was saved before stays [mpi.left]
      """
    #expect(outcome.complaint.contains(message), "\(outcome.complaint)")
  }

  @Test func oneThatStandsStillIsNamedWithTheCollectiveThatItDidNotReach() throws {
    let outcome = try Ranks.run("stopped", count: 3, timeout: 2)
    #expect(outcome.status != 0)
    #expect(
      outcome.complaint.contains(
        "expected all ranks to reach sum 'waiting' of 1 float32 (collective 2) within 2 s"), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("found no sign of life from rank 1; look"), "\(outcome.complaint)")
    #expect(outcome.complaint.contains("[mpi.timeout]"))
  }

  @Test func oneThatIsLateIsToldFromOneThatIsGone() throws {
    let outcome = try Ranks.run("late", count: 2, timeout: 2)
    #expect(outcome.status != 0)
    #expect(
      outcome.complaint.contains("found rank 1 still at work after barrier 'all there' (collective 1); look"),
      "\(outcome.complaint)")
  }

  /// mpirun then asks the others to end: they say for whom they waited.
  @Test func oneThatWasKilledIsNamed() throws {
    let outcome = try Ranks.run("killed", count: 2)
    #expect(outcome.status != 0)
    #expect(
      outcome.complaint.contains("rank 0: expected all ranks to reach sum 'waiting' of 1 float32 (collective 2)"),
      "\(outcome.complaint)")
    #expect(outcome.complaint.contains("no sign of life from rank 1"), "\(outcome.complaint)")
  }
}

@Suite struct LaunchTests {
  @Test func launchersAreKnownByWhatTheySay() throws {
    let mpirun = try #require(
      Launch(environment: [
        "OMPI_COMM_WORLD_RANK": "3", "OMPI_COMM_WORLD_SIZE": "8", "OMPI_COMM_WORLD_LOCAL_SIZE": "4",
      ]))
    #expect(mpirun.launcher == "mpirun" && mpirun.rank == 3 && mpirun.size == 8 && mpirun.localSize == 4)
    let step = [
      "SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_PROCID": "5", "SLURM_STEP_NUM_TASKS": "6",
      "SLURM_NTASKS": "12", "SLURM_STEP_TASKS_PER_NODE": "2(x3)",
    ]
    let srun = try #require(Launch(environment: step))
    #expect(srun.launcher == "srun" && srun.rank == 5 && srun.size == 6 && srun.localSize == 2)
    #expect(Launch(environment: ["PMI_RANK": "1", "PMI_SIZE": "2"])?.launcher == "mpiexec")
  }

  @Test func aBatchScriptIsOneProcess() {
    #expect(Launch(environment: ["SLURM_JOB_ID": "7", "SLURM_PROCID": "0", "SLURM_NTASKS": "12"]) == nil)
    #expect(Launch(environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"]) == nil)
    #expect(Launch(environment: ["OMPI_COMM_WORLD_RANK": "9", "OMPI_COMM_WORLD_SIZE": "2"]) == nil)
    #expect(Launch(environment: ["OMPI_COMM_WORLD_RANK": "x", "OMPI_COMM_WORLD_SIZE": "two"]) == nil)
    #expect(Launch(environment: [:]) == nil)
  }
}
