using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving.Limits;
using Spectre.Console;

namespace Assay.Cli.Verbs.Limits;

/// <summary><c>assay limits</c>.</summary>
internal static class LimitVerbs
{
    private static readonly Argument<string> Name = new("name") { Description = "Name of the endpoint", HelpName = "NAME" };

    private static readonly Option<double?> RequestsPerSecond = new("--requests-per-second") { Description = "For each caller; past it 429", HelpName = "N" };

    private static readonly Option<int?> Burst = new("--burst") { Description = "Requests that a caller may make at once after a pause", HelpName = "N" };

    private static readonly Option<long?> RequestsPerDay = new("--requests-per-day") { Description = "For each caller and day (UTC)", HelpName = "N" };

    private static readonly Option<long?> RowsPerDay = new("--rows-per-day") { Description = "For each caller and day (UTC)", HelpName = "N" };

    private static readonly Option<int?> Concurrency = new("--concurrency") { Description = "Requests that are answered at the same time", HelpName = "N" };

    private static readonly Option<int?> Queue = new("--queue") { Description = "Requests that wait for their turn; more get 503", HelpName = "N" };

    private static readonly Option<int?> QueueMilliseconds = new("--queue-milliseconds") { Description = "Longest wait for a turn; past it 503", HelpName = "MS" };

    private static readonly Option<int?> TimeoutMilliseconds = new("--timeout-milliseconds") { Description = "Longest duration of a call; past it 504", HelpName = "MS" };

    private static readonly Option<int?> Rows = new("--rows") { Description = "Most rows of a request", HelpName = "N" };

    private static readonly Option<int?> Bytes = new("--bytes") { Description = "Most bytes of a request", HelpName = "N" };

    private static readonly Option<int?> CacheMegabytes = new("--cache-megabytes") { Description = "MiB of predictions kept to answer the same rows again", HelpName = "MIB" };

    public static Command Create() => new("limits", "What endpoints let through: rates, quotas, turns, sizes, time-outs and their cache") { Show(), Set() };

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows the limits of an endpoint", "assay limits show churn", "assay limits show churn --json").Connected();
        verb.Add(Name);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(Name);
            session.Write(await session.Client.Endpoints.Limits(name, cancel) ?? throw new CommandException($"There is no endpoint '{name}'."), Write);
            return 0;
        }));
        return verb;
    }

    private static Verb Set()
    {
        var verb = new Verb(
            "set",
            "Holds an endpoint to these limits from now on; what is left out is not limited any more",
            "assay limits set churn --requests-per-second 50 --burst 100",
            "assay limits set churn --concurrency 4 --queue 16 --timeout-milliseconds 2000",
            "assay limits set churn --cache-megabytes 64 --json")
        { Fields = new Dictionary<string, Option> { ["bodyBytesMax"] = Bytes } }.Connected();
        verb.Add(Name);
        foreach (var option in new Option[] { RequestsPerSecond, Burst, RequestsPerDay, RowsPerDay, Concurrency, Queue, QueueMilliseconds, TimeoutMilliseconds, Rows, Bytes, CacheMegabytes })
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            session.Write(await session.Client.Endpoints.PutLimits(session.Parsed.GetRequiredValue(Name), Read(session.Parsed), cancel), Write);
            return 0;
        }));
        return verb;
    }

    private static EndpointLimits Read(ParseResult parsed) => new()
    {
        RequestsPerSecond = parsed.GetValue(RequestsPerSecond),
        Burst = parsed.GetValue(Burst),
        RequestsPerDay = parsed.GetValue(RequestsPerDay),
        RowsPerDay = parsed.GetValue(RowsPerDay),
        Concurrency = parsed.GetValue(Concurrency),
        Queue = parsed.GetValue(Queue),
        QueueMilliseconds = parsed.GetValue(QueueMilliseconds),
        TimeoutMilliseconds = parsed.GetValue(TimeoutMilliseconds),
        RowsMax = parsed.GetValue(Rows),
        BodyBytesMax = parsed.GetValue(Bytes),
        CacheMegabytes = parsed.GetValue(CacheMegabytes),
    };

    private static void Write(EndpointLimits limits)
    {
        var table = Screen.Table("Limit", "Value");
        foreach (var (what, value) in Lines(limits))
        {
            if (value is not null)
                table.AddRow(what, Markup.Escape(Convert.ToString(value, CultureInfo.InvariantCulture)!));
        }

        Screen.Write(table, "Nothing is limited beyond what the program itself takes.");
    }

    private static IEnumerable<(string What, object? Value)> Lines(EndpointLimits limits) =>
    [
        ("requests per second and caller", limits.RequestsPerSecond),
        ("burst", limits.Burst),
        ("requests per day and caller", limits.RequestsPerDay),
        ("rows per day and caller", limits.RowsPerDay),
        ("requests at the same time", limits.Concurrency),
        ("requests that wait", limits.Queue),
        ("longest wait, ms", limits.QueueMilliseconds),
        ("longest call, ms", limits.TimeoutMilliseconds),
        ("rows of a request", limits.RowsMax),
        ("bytes of a request", limits.BodyBytesMax),
        ("cache, MiB", limits.CacheMegabytes),
    ];
}
