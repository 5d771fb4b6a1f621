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

    private static readonly Option<bool> Suggest = new("--suggest") { Description = "Show rules that suit most endpoints, with a bound of latency for this one; with --apply, make them the endpoint's" };

    private static readonly Option<bool> Apply = new("--apply") { Description = "With --suggest: replace the endpoint's rules by these" };

    public static Command Create()
    {
        var verb = new Verb(
            "rules", "Shows the rules by which an endpoint's signals become alerts, or replaces them",
            "assay alerts rules churn", "assay alerts rules churn --set rules.json", "assay alerts rules churn --suggest --apply").Connected();
        verb.Add(Endpoint);
        verb.Add(Set);
        verb.Add(Suggest);
        verb.Add(Apply);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var endpoint = session.Parsed.GetRequiredValue(Endpoint);
        session.Write(await Rules(session, endpoint, cancel), static rules =>
        {
            var table = Screen.Table("Signal", "Above", "For", "Severity", "From rows");
            foreach (var rule in rules.Rules)
            {
                table.AddRow(
                    Markup.Escape(JsonNamingPolicy.CamelCase.ConvertName(rule.Signal.ToString())), Figures.Figure(rule.Above),
                    rule.IsInWindows ? $"{rule.Windows} {(rule.Windows == 1 ? "window" : "windows")}" : $"{rule.ForSeconds} s",
                    rule.Severity.ToString().ToLowerInvariant(), Figures.Number(rule.MinimumRows));
            }

            Screen.Write(table, "There are no rules: nothing of this endpoint becomes an alert.");
        });
        return 0;
    }

    private static async Task<RuleSet> Rules(Session session, string endpoint, CancellationToken cancel)
    {
        var (alerts, file, suggest, apply) = (session.Client.Alerts, session.Parsed.GetValue(Set), session.Parsed.GetValue(Suggest), session.Parsed.GetValue(Apply));
        if (file is not null && suggest)
            throw new CommandException("Rules come from --set or from --suggest: leave one out.");
        if (apply && !suggest)
            throw new CommandException("--apply goes with --suggest.");
        if (file is not null)
            return await alerts.SetRules(endpoint, await Read(file, cancel), cancel);
        var rules = (suggest ? await alerts.SuggestRules(endpoint, cancel) : await alerts.Rules(endpoint, cancel))
            ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
        return apply ? await alerts.SetRules(endpoint, rules, cancel) : rules;
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
