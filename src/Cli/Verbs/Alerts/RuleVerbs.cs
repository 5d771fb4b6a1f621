using System.CommandLine;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Kernel;
using Assay.Monitoring.Rules;
using Spectre.Console;

namespace Assay.Cli.Verbs.Alerts;

/// <summary><c>assay alerts rules</c>.</summary>
internal static class RuleVerbs
{
    private static readonly Argument<string> Endpoint = new("endpoint") { Description = "Name of the endpoint", HelpName = "ENDPOINT" };

    private static readonly Option<FileInfo?> Set = new("--set") { Description = "A JSON file with the rules as they are to be", HelpName = "FILE" };

    private static readonly Option<bool> Suggest = new("--suggest") { Description = "Show rules that suit most endpoints, with a bound of latency for this one; with --apply, add them to the endpoint's" };

    private static readonly Option<bool> Apply = new("--apply") { Description = "With --suggest: add those on signals that no rule of the endpoint is on; rules that somebody wrote stay" };

    private static readonly Option<bool> Replace = new("--replace") { Description = "With --apply: put these in the place of all rules, also of those that somebody wrote" };

    public static Command Create()
    {
        var verb = new Verb(
            "rules", "Shows the rules by which an endpoint's signals become alerts, or replaces them",
            "assay alerts rules churn", "assay alerts rules churn --set rules.json", "assay alerts rules churn --suggest --apply").Connected();
        verb.Add(Endpoint);
        verb.Add(Set);
        verb.Add(Suggest);
        verb.Add(Apply);
        verb.Add(Replace);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var endpoint = session.Parsed.GetRequiredValue(Endpoint);
        session.Write(await Rules(session, endpoint, cancel), static rules =>
        {
            var table = Screen.Table("Signal", "Above", "For", "Severity", "From rows");
            foreach (var (place, rule) in rules.Rules.Index())
            {
                table.AddRow(
                    Markup.Escape(JsonNamingPolicy.CamelCase.ConvertName(rule.Signal.ToString())), Bound(rule, rules.Learned?.FirstOrDefault(learned => learned.Rule == place)),
                    rule.IsInWindows ? $"{rule.Windows} {(rule.Windows == 1 ? "window" : "windows")}" : $"{rule.ForSeconds} s",
                    rule.Severity.ToString().ToLowerInvariant(), Figures.Number(rule.MinimumRows));
            }

            Screen.Write(table, "There are no rules: nothing of this endpoint becomes an alert.");
        });
        return 0;
    }

    private static string Bound(AlertRule rule, LearnedRule? learned)
    {
        if (rule.LearnWindows is not { } windows)
            return Figures.Figure(rule.Above);
        var least = rule.Above is { } above ? $", at least {Figures.Figure(above)}" : "";
        return learned switch
        {
            { Bound: { } bound } => $"{Figures.Figure(bound)}, learned",
            { Windows: var there } => $"{there} of {windows} windows to learn from{least}",
            _ => $"learned of {windows} windows{least}",
        };
    }

    private static async Task<RuleSet> Rules(Session session, string endpoint, CancellationToken cancel)
    {
        var (alerts, file, suggest, apply) = (session.Client.Alerts, session.Parsed.GetValue(Set), session.Parsed.GetValue(Suggest), session.Parsed.GetValue(Apply));
        var replace = session.Parsed.GetValue(Replace);
        if (file is not null && suggest)
            throw new CommandException("Rules come from --set or from --suggest: leave one out.");
        if (apply && !suggest)
            throw new CommandException("--apply goes with --suggest.");
        if (replace && !apply)
            throw new CommandException("--replace goes with --apply.");
        if (file is not null)
            return await alerts.SetRules(endpoint, await Read(file, cancel), cancel);
        var rules = (suggest ? await alerts.SuggestRules(endpoint, cancel) : await alerts.Rules(endpoint, cancel))
            ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
        if (!apply)
            return rules;
        return await alerts.SetRules(endpoint, replace ? rules : Added(rules, await alerts.Rules(endpoint, cancel)), cancel);
    }

    // Nobody has written version 0: it is what holds where nothing is said. The version keeps a change made meanwhile from being lost.
    private static RuleSet Added(RuleSet suggested, RuleSet? present)
    {
        if (present is not { Version: > 0 })
            return suggested with { Version = present?.Version };
        var known = present.Rules.Select(rule => rule.Signal).ToHashSet();
        return present with { Rules = [.. present.Rules, .. suggested.Rules.Where(rule => !known.Contains(rule.Signal))] };
    }

    private static async Task<RuleSet> Read(FileInfo file, CancellationToken cancel)
    {
        try
        {
            await using var stream = file.OpenRead();
            return await JsonSerializer.DeserializeAsync<RuleSet>(stream, AssayJson.Options, cancel) ?? throw new CommandException($"{file.Name} holds no rules.");
        }
        catch (JsonException malformed)
        {
            throw new CommandException($"{file.Name} holds no rules: {malformed.Message} Write {{\"rules\": [{{\"signal\": \"errorShare\", \"above\": 0.05}}]}}.");
        }
        catch (IOException unreadable)
        {
            throw new CommandException($"{file.Name} can't be read: {unreadable.Message}");
        }
    }
}
