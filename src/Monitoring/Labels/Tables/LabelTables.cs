using Assay.Data;
using Assay.Data.Datasets;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Homes;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;

namespace Assay.Monitoring.Labels.Tables;

/// <summary>
/// Makes versions of datasets out of labelled predictions. The same rows make no second version; a new one is saved together
/// with where its rows came from, in one transaction.
/// </summary>
internal sealed class LabelTables(AssayDb db, IDatasets datasets, IPredictionLog log, LabelledRows labelled, ILedger ledger, LabelTableTools tools)
{
    /// <summary>Makes one.</summary>
    /// <exception cref="Refusal">There are no labelled rows in that time, inputs are masked, or the dataset can't be added.</exception>
    public async Task<MadeDataset> Make(ServedEndpoint served, MakeDatasetRequest request, CancellationToken cancel)
    {
        var schema = log.Schema(served.Name);
        LabelMeaning.Of(served.Name, schema);
        if (schema!.Inputs.Count == 0)
            throw Refusal.Conflict($"A row of the dataset has the columns of a table, and the model at '{served.Name}' takes tensors, which the log keeps as JSON: make rows of the files of its log and of its labels, and add them to the dataset by hand.");
        if (Masked(served.Name) is { Count: > 0 } masked)
            throw LabelledRows.Masked(served.Name, masked);
        var now = tools.Clock.GetUtcNow();
        var wanted = new WantedRows(
            served.Name, served.Model, request.From?.ToUniversalTime() ?? DateTimeOffset.UnixEpoch, request.To?.ToUniversalTime() ?? now.AddMinutes(1), request.RowsMax);
        if (wanted.From >= wanted.To)
            throw Refusal.Invalid("from", "The time begins after it ends: 'from' is to be before 'to'.");

        var folder = tools.Home.MakeWorkFolder("labels");
        try
        {
            await using var file = new FileStream(Path.Combine(folder, "rows.csv"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.Asynchronous);
            WrittenRows written;
            await using (var rows = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" })
                written = await labelled.Write(wanted, schema, rows, cancel);
            if (written.Rows == 0)
                throw Refusal.Conflict(Nothing(served.Name, written));
            file.Position = 0;
            return await Add(served.Name, request.Dataset, file, written, cancel);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Inputs of the endpoint's model that its log leaves out or hashes.</summary>
    public IReadOnlyList<string> Masked(string endpoint)
    {
        var masked = log.Masked(endpoint);
        return [.. (log.Schema(endpoint)?.Inputs ?? []).Select(input => input.Name).Where(masked.Contains)];
    }

    private async Task<MadeDataset> Add(string endpoint, string dataset, Stream file, WrittenRows written, CancellationToken cancel)
    {
        var isNew = false;
        try
        {
            var version = await datasets.Add(dataset, file, "csv", synthetic: false, Alongside, cancel);
            return new(dataset, version.Version.Version, isNew, version.Version.Rows, written.LeftOut, written.Predicted, Note(written));
        }
        catch (InvalidTableException problem)
        {
            throw Refusal.Conflict($"The labelled rows of '{endpoint}' make no table: {problem.Message}");
        }

        void Alongside(DatasetVersionSummary version)
        {
            isNew = true;
            db.LabelledDatasets.AddRange(written.Predicted.Select(rows => new LabelledDataset
            {
                Dataset = dataset,
                Version = version.Version,
                Endpoint = endpoint,
                Model = rows.Model,
                ModelVersion = rows.Version,
                Rows = rows.Rows,
                From = rows.From,
                To = rows.To,
                MadeAt = version.CreatedAt,
            }));
            ledger.Append(new LabelledDatasetMade(endpoint, dataset, version.Version, version.Rows, written.LeftOut, written.Predicted));
        }
    }

    private static string Nothing(string endpoint, WrittenRows written) => written.LeftOut > 0
        ? $"None of the {written.LeftOut:N0} labelled rows of '{endpoint}' in that time is in the log with all of its inputs in clear."
        : $"No prediction of '{endpoint}' in that time has a label and is in the log: post labels, and give them some seconds to be joined.";

    private static string? Note(WrittenRows written) => written.LeftOut == 0
        ? null
        : $"{written.LeftOut:N0} labelled rows were left out: the log does not have them any more, or not all of their inputs in clear, or one is infinite.";
}

/// <summary>What making a table needs besides the database and the log.</summary>
internal sealed record LabelTableTools(AssayHome Home, TimeProvider Clock);
