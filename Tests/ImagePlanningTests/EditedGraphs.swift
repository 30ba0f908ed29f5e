import ImageModel

@testable import ImagePlanning

/// Single edits of a graph.
extension ImageGraph {
    func edited(_ change: (inout GraphEdit) -> Void) throws -> EditedGraph {
        var edit = GraphEdit()
        change(&edit)
        return try edit.applied(to: self)
    }

    func converted(to format: ImageFormat) throws -> ImageGraph { try edited { $0.format = format }.graph }

    func relabelled() throws -> ImageGraph { try edited { $0.correctsLabels = true }.graph }
}

/// A graph with corrected platforms, and the changes that `fix` reports.
struct CorrectedGraph {
    let graph: ImageGraph
    let images: [RevisedImage]
    let edits: [EditedGraph.Change]
}

extension ImageGraph {
    func corrected(_ platforms: [Digest: Platform], top: Digest? = nil) throws -> CorrectedGraph {
        var edit = GraphEdit()
        edit.platforms = platforms
        edit.layoutIndex = top
        let edited = try edit.applied(to: self)
        return CorrectedGraph(
            graph: edited.graph, images: try RevisedImage.all(of: self, edit, edited), edits: edited.changes)
    }
}
