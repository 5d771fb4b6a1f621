using Assay.Kernel;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Labels;

internal static class ListLabels
{
    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/labels", Handle)
        .WithName("ListLabels")
        .WithSummary("Labels by their prediction's id; state=waiting shows those whose prediction is not in the log.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<Page<LabelSummary>> Handle(
        string name, [AsParameters] PageRequest page, string? state, WatchedEndpoints watched, AssayDb db, CancellationToken cancel)
    {
        var rows = db.Outcomes.AsNoTracking().Where(row => row.Endpoint == name && row.Name == Outcome.Label);
        if (state is not null)
        {
            // A query string binds an enumeration only by its exact C# name.
            if (!Enum.TryParse<OutcomeState>(state, ignoreCase: true, out var wanted) || !Enum.IsDefined(wanted))
                throw Refusal.Invalid(nameof(state), $"A label's state is new, waiting, joined or changed, not '{state}'.");
            rows = rows.Where(row => row.State == wanted);
        }

        if (!watched.Has(name) && !await db.Outcomes.AnyAsync(row => row.Endpoint == name, cancel))   // what a deleted one left is shown
            throw Refusal.NotFound("endpoint", name);
        var (id, number) = Place(page.Cursor);
        var found = await rows
            .Where(row => string.Compare(row.Prediction, id) > 0 || (row.Prediction == id && row.Row > number))
            .OrderBy(row => row.Prediction).ThenBy(row => row.Row)
            .Take(page.Size + 1)
            .ToListAsync(cancel);
        return page.Of(found.ConvertAll(Summarize), row => $"{row.Row}.{row.Id}");
    }

    internal static LabelSummary Summarize(Outcome row) => new(
        row.Prediction, row.Row, row.Text, row.State, row.PostedAt, row.At, row.Corrections, row.PredictedAt, row.Version, row.Score)
    {
        PredictedClass = row.AnswerJson is { } answer ? Performance.AnsweredClass.Read(answer).Class : null,
        Note = row.At < row.PredictedAt ? "Known before it was predicted: look at the clocks, or at whether the model was told." : null,
    };

    private static (string Id, int Row) Place(string? cursor) =>
        cursor is null ? ("", 0)
        : cursor.Split('.', 2) is [var row, var id] && int.TryParse(row, out var number) ? (id, number)
        : throw PageRequest.NoCursor(cursor);
}
