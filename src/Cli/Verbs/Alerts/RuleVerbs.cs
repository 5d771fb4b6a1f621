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

    public static Command Create()
    {
        var verb = new Verb(
            "rules", "Shows the rules by which an endpoint's signals become alerts, or replaces them",
            "assay alerts rules churn", "assay alerts rules churn --set rules.json").Connected();
        verb.Add(Endpoint);
        verb.Add(Set);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var endpoint = session.Parsed.GetRequiredValue(Endpoint);
        var rules = session.Parsed.GetValue(Set) is { } file
            ? await session.Client.Alerts.SetRules(endpoint, await Read(file, cancel), cancel)
            : await session.Client.Alerts.Rules(endpoint, cancel) ?? throw new CommandException($"There is no endpoint '{endpoint}'.");
        session.Write(rules, static rules =>
        {
            var table = Screen.Table("Signal", "Above", "For", "Severity", "From rows");
            foreach (var rule in rules.Rules)
            {
                var isInWindows = rule.Signal is RuleSignal.Drift or RuleSignal.MissingShare or RuleSignal.UnseenShare;
                table.AddRow(
                    Markup.Escape(JsonNamingPolicy.CamelCase.ConvertName(rule.Signal.ToString())), Figures.Figure(rule.Above),
                    isInWindows ? $"{rule.Windows} {(rule.Windows == 1 ? "window" : "windows")}" : $"{rule.ForSeconds} s",
                    rule.Severity.ToString().ToLowerInvariant(), Figures.Number(rule.MinimumRows));
            }

            Screen.Write(table, "There are no rules: nothing of this endpoint becomes an alert.");
        });
        return 0;
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
