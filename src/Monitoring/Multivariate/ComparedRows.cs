using Assay.Monitoring.LoggedRows;

namespace Assay.Monitoring.Multivariate;

/// <summary>A comparison of all features together.</summary>
internal sealed class ComparedRows : KeptComparison<MultivariateResult>;

internal sealed class ComparedRowsTable() : KeptComparisonTable<ComparedRows, MultivariateResult>("monitoring_multivariate");
