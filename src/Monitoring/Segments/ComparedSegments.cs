using Assay.Monitoring.LoggedRows;

namespace Assay.Monitoring.Segments;

/// <summary>A comparison of segments.</summary>
internal sealed class ComparedSegments : KeptComparison<SegmentComparison>;

internal sealed class ComparedSegmentsTable() : KeptComparisonTable<ComparedSegments, SegmentComparison>("monitoring_segments");
