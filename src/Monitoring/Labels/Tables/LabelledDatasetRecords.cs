using System.ComponentModel.DataAnnotations;
using Assay.Governance;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>Which labelled predictions become a version of which dataset.</summary>
/// <param name="Dataset">Name of the dataset; made when there is none.</param>
/// <param name="From">Predicted then or later; the beginning of the log when left out.</param>
/// <param name="To">And before then; now when left out.</param>
/// <param name="RowsMax">At most so many rows, the newest ones: 1 to 200,000.</param>
public sealed record MakeDatasetRequest(
    [Required, StringLength(100, MinimumLength = 1)] string Dataset,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    [Range(1, MakeDatasetRequest.MostRows)] int RowsMax = MakeDatasetRequest.UsualRows)
{
    internal const int MostRows = 200_000;
    internal const int UsualRows = 100_000;
}

/// <summary>Rows of a dataset that one version of a model predicted.</summary>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">How many.</param>
/// <param name="From">When the first was predicted.</param>
/// <param name="To">When the last was predicted.</param>
public sealed record PredictedRows(string Model, int Version, long Rows, DateTimeOffset From, DateTimeOffset To);

/// <summary>A version of a dataset that was made of labelled predictions.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Endpoint">Whose predictions.</param>
/// <param name="MadeAt">When it was made.</param>
/// <param name="Predicted">Its rows by the version of the model that predicted them.</param>
public sealed record LabelledDatasetSummary(
    string Dataset, int Version, string Endpoint, DateTimeOffset MadeAt, IReadOnlyList<PredictedRows> Predicted);

/// <summary>What became of a request to make a dataset of labels.</summary>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Version">The version that has these rows.</param>
/// <param name="IsNew">Whether it was made now; else the newest one has the very same rows already.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="LeftOut">Labelled rows of that time that can't be used, because the log does not have them any more, or not all of their inputs in clear.</param>
/// <param name="Predicted">Its rows by the version of the model that predicted them.</param>
/// <param name="Note">What a reader should know; null for nothing.</param>
public sealed record MadeDataset(
    string Dataset, int Version, bool IsNew, long Rows, long LeftOut, IReadOnlyList<PredictedRows> Predicted, string? Note);

/// <summary>A version of a dataset was made of labelled predictions.</summary>
/// <param name="Endpoint">Whose predictions.</param>
/// <param name="Dataset">Name of the dataset.</param>
/// <param name="Version">Its version.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="LeftOut">Rows that could not be used.</param>
/// <param name="Predicted">By which versions of the model.</param>
internal sealed record LabelledDatasetMade(
    string Endpoint, string Dataset, int Version, long Rows, long LeftOut, IReadOnlyList<PredictedRows> Predicted)
    : LedgerEvent("labels.dataset-made", $"endpoint:{Endpoint}");
