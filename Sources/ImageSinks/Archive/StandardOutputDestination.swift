package import ImagePlanning

/// An archive on standard output.
package struct StandardOutputDestination: Destination {
    let form: any ArchiveForm
    package let traits: DestinationTraits

    package func fitted(_ outcome: MergeOutcome) throws(DestinationError) -> FittedPlan { try form.fitted(outcome) }

    package func makeSink(_ context: SinkContext) throws(SinkError) -> any ImageSink {
        ArchiveStreamSink(spoolingIn: SinkContext.temporaryDirectory, spooled: context.progress)
    }
}
