using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;

namespace Assay.Monitoring.Labels;

/// <summary>Takes labels of predictions, hours or months after they were made, in any order and as often as they come.</summary>
internal static class PostLabels
{
    public static void Map(RouteGroupBuilder group) => group
        .MapPost("/{name}/labels", Handle)
        .WithName("PostLabels")
        .WithSummary("Says what was true of predictions: a JSON array of {id, label, row?, at?}, or CSV; up to 10,000.")
        .Accepts<IReadOnlyList<NewLabel>>("application/json", "text/csv")
        .Requires(MonitoringPermissions.LabelsWrite, resource: "name");

    private static async Task<LabelsPosted> Handle(
        string name, HttpRequest request, WatchedEndpoints watched, IPredictionLog log, LabelsChange change, CancellationToken cancel)
    {
        watched.Require(name);
        var meaning = LabelMeaning.Of(name, log.Schema(name));
        var (labels, digest, isCsv) = await LabelBody.Read(request, cancel);
        return await change.Post(name, [.. labels.Select((label, place) => isCsv ? ReadLine(label, place, meaning) : Read(label, place, meaning))], digest, cancel);
    }

    private static Said ReadLine(NewLabel label, int place, LabelMeaning meaning)
    {
        try
        {
            return Read(label, place, meaning);
        }
        catch (Refusal refused)   // people look for the line in their file
        {
            throw Refusal.Invalid(refused.Field!, $"Line {place + 2}: {refused.Message}");
        }
    }

    private static Said Read(NewLabel? label, int place, LabelMeaning meaning)
    {
        var field = $"labels[{place}]";
        if (label?.Id is not { Length: > 0 and <= OutcomeTable.PredictionLengthMax })
            throw Refusal.Invalid($"{field}.id", "Name the prediction by the Assay-Request-Id of its answer, of 1 to 128 characters.");
        if (label.Row is < 1 or > 1_000_000)
            throw Refusal.Invalid($"{field}.row", "A row is a whole number from 1 to 1,000,000: its place in the request.");
        if (label.At is { } at && (at.Year < 1970 || at.Year > 9000))
            throw Refusal.Invalid($"{field}.at", "This time can't be one at which a label became known.");
        var (text, value) = meaning.Read(label.Label, $"{field}.label");
        return new(label.Id, label.Row ?? 1, Outcome.Label, text, value, label.At?.ToUniversalTime());
    }
}

/// <summary>Labels and their event, in one transaction.</summary>
internal sealed class LabelsChange(AssayDb db, ILedger ledger, OutcomeBook book, MonitoringMeter meter)
{
    /// <summary>Takes labels; says nothing in the ledger where nothing changed.</summary>
    public async Task<LabelsPosted> Post(string endpoint, IReadOnlyList<Said> labels, Digest digest, CancellationToken cancel)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancel);
        var (added, unchanged, corrected) = await book.Take(endpoint, labels, cancel);
        if (added + corrected > 0)
            ledger.Append(new LabelsPostedEvent(endpoint, added, corrected, digest.ToString()));
        await book.Save(cancel);
        await transaction.CommitAsync(cancel);
        meter.Posted(db.CurrentProject!, endpoint, added, corrected);
        return new(added, unchanged, corrected, digest.ToString());
    }
}
