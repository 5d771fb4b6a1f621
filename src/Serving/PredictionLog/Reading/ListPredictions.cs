using System.ComponentModel.DataAnnotations;
using Assay.Kernel.Paging;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Serving.PredictionLog.Files;

namespace Assay.Serving.PredictionLog.Reading;

/// <summary>Which calls are wanted; bound from the query string.</summary>
public sealed record PredictionSearch
{
    /// <summary>Begun then or later; without it, from the beginning.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Begun before then; without it, up to now.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary><c>ok</c>, <c>invalid</c>, <c>unavailable</c>, <c>failed</c> or <c>cancelled</c>.</summary>
    [StringLength(20)]
    public string? Outcome { get; init; }

    /// <summary>Pseudonymous id of a caller.</summary>
    [StringLength(200)]
    public string? Caller { get; init; }

    /// <summary>Calls per page, 1 to 200; 50 when left out.</summary>
    [Range(1, 200)]
    public int? Limit { get; init; }

    /// <summary><see cref="Page{T}.NextCursor"/> of the page before.</summary>
    [StringLength(300)]
    public string? Cursor { get; init; }
}

internal static class ListPredictions
{
    private const int CallsUsually = 50;
    private const int RowsMax = 10;

    public static void Map(RouteGroupBuilder group) => group
        .MapGet("/{name}/predictions", Handle)
        .WithName("ListPredictions")
        .WithSummary("The last calls of an endpoint, newest first, each with its first rows; that they were read is in the ledger.")
        .Requires(ServingPermissions.PredictionsRead, resource: "name");

    private static async Task<Page<LoggedPrediction>> Handle(
        string name, [AsParameters] PredictionSearch search, LogReader reader, ReadingRecord record, CancellationToken cancel)
    {
        if (search.Outcome is not null && !OutcomeNames.All.Contains(search.Outcome))
            throw Refusal.Invalid("outcome", $"There is no outcome '{search.Outcome}'. It is one of {string.Join(", ", OutcomeNames.All)}.");
        var after = search.Cursor is null ? (CallPlace?)null
            : CallPlace.Parse(search.Cursor) ?? throw PageRequest.NoCursor(search.Cursor);
        await reader.Demand(name, cancel);
        var query = new CallQuery(
            search.From?.ToUniversalTime() ?? DateTimeOffset.MinValue, search.To?.ToUniversalTime() ?? DateTimeOffset.MaxValue, search.Outcome, search.Caller, after);
        var (calls, next) = await reader.Newest(name, query, search.Limit ?? CallsUsually, RowsMax, cancel);
        await record.Read(name, cancel);
        return new(calls, next?.ToString());
    }
}
