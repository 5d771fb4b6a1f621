using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Governance.Ledger;

namespace Assay.Cli.Verbs.Audit;

/// <summary>The filters that searching and exporting share.</summary>
internal static class SearchOptions
{
    private static readonly Option<string?> Type = new("--type") { Description = "Only events of this type; an asterisk at the end matches the rest", HelpName = "TYPE" };

    private static readonly Option<string?> Subject = new("--subject") { Description = "Only events about this; likewise", HelpName = "SUBJECT" };

    private static readonly Option<string?> Person = new("--person") { Description = "Only what this person or service account did, with any of its tokens: a name, or an id", HelpName = "NAME" };

    private static readonly Option<string?> Actor = new("--actor") { Description = "Only what this actor did, as the ledger names it; an asterisk at the end matches the rest", HelpName = "ACTOR" };

    private static readonly Option<string?> Outcome = new("--outcome") { Description = "success, refused or failed", HelpName = "OUTCOME" };

    private static readonly Option<string?> OfProject = new("--of-project") { Description = "Only events of this project", HelpName = "NAME" };

    private static readonly Option<string?> Since = new("--since") { Description = "Earliest time: 2026-03-01, 2026-03-01T08:00:00Z, or an age such as 30m, 24h, 7d", HelpName = "TIME" };

    private static readonly Option<string?> Until = new("--until") { Description = "Latest time, not included; likewise", HelpName = "TIME" };

    /// <summary>Adds the filters to a verb.</summary>
    public static Verb WithFilters(this Verb verb)
    {
        foreach (var option in new[] { Person, Actor, Type, Subject, Outcome, OfProject, Since, Until })
            verb.Add(option);
        return verb;
    }

    public static LedgerSearch Read(ParseResult parsed) => new()
    {
        Type = parsed.GetValue(Type),
        Subject = parsed.GetValue(Subject),
        Actor = parsed.GetValue(Actor),
        Outcome = parsed.GetValue(Outcome),
        Project = parsed.GetValue(OfProject),
        Since = Time(parsed.GetValue(Since), "--since"),
        Until = Time(parsed.GetValue(Until), "--until"),
        Person = parsed.GetValue(Person),
    };

    /// <summary>A point in time as people write one.</summary>
    public static DateTimeOffset? Time(string? text, string option)
    {
        if (text is null)
            return null;
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var age) && Unit(text[^1]) is { } unit)
            return TimeProvider.System.GetUtcNow() - (unit * age);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw new CommandException($"{option} '{text}' is no time: write 2026-03-01, 2026-03-01T08:00:00Z, or an age such as 30m, 24h or 7d.");
    }

    private static TimeSpan? Unit(char letter) => letter switch
    {
        'm' => TimeSpan.FromMinutes(1),
        'h' => TimeSpan.FromHours(1),
        'd' => TimeSpan.FromDays(1),
        _ => null,
    };
}
