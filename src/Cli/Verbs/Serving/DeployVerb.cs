using System.CommandLine;
using System.Globalization;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Serving;
using Assay.Serving.Rollouts.Operations;
using Assay.Serving.Rollouts.Plans;
using Spectre.Console;

namespace Assay.Cli.Verbs.Serving;

/// <summary><c>assay deploy</c>.</summary>
internal static class DeployVerb
{
    private static readonly Argument<string> Model = new("model") { Description = "Name of the model", HelpName = "MODEL" };

    private static readonly Argument<string> Version = new("version") { Description = "Number, alias or stage", HelpName = "VERSION" };

    private static readonly Option<string> Endpoint = new("--endpoint") { Description = "Endpoint that shall answer with it", HelpName = "NAME", Required = true };

    private static readonly Option<string?> Canary = new("--canary") { Description = "Roll it out by these shares of the requests, in percent", HelpName = "5,25,50" };

    private static readonly Option<bool> BlueGreen = new("--blue-green") { Description = "Switch at once, and keep the former version for going back" };

    private static readonly Option<bool> Ab = new("--ab") { Description = "Let both answer side by side, half the keys each, until somebody decides" };

    private static readonly Option<bool> Shadow = new("--shadow") { Description = "Let it compute the same rows after they were answered, and count the differences" };

    private static readonly Option<bool> Bandit = new("--bandit") { Description = "Give more requests to the version that earns more reward" };

    private static readonly Option<string[]> Also = new("--also") { Description = "Further versions beside it, for --ab and --bandit", HelpName = "VERSION" };

    private static readonly Option<string?> Pause = new("--pause") { Description = "Length of a step, such as 90s, 10m or 2h; 'manual' waits for 'assay rollout resume'. Default: 10m", HelpName = "TIME" };

    private static readonly Option<string?> Sticky = new("--sticky") { Description = "Header whose value decides which version answers", HelpName = "HEADER" };

    private static readonly Option<string?> StickyColumn = new("--sticky-column") { Description = "In its place: input column whose value decides", HelpName = "COLUMN" };

    private static readonly Option<bool> Policy = new("--policy") { Description = "Deploy now, and let later promotions come by this roll-out" };

    public static Command Create()
    {
        var verb = new Verb(
            "deploy",
            "Lets an endpoint answer with a version, at once or by a roll-out that undoes itself",
            "assay deploy churn 4 --endpoint churn",
            "assay deploy churn 5 --endpoint churn --canary 5,25,50 --pause 10m --max-error-rate 0.01 --max-p99-ratio 1.5 --max-psi 0.2",
            "assay deploy churn 5 --endpoint churn --blue-green --max-p99 50",
            "assay deploy churn 5 --endpoint churn --ab --sticky Assay-Key",
            "assay deploy churn 5 --endpoint churn --canary 10,50 --sticky-column customer --rule 'slow=rollout_arm_p99_latency_seconds{arm=\"candidate\"} > 0.2'",
            "assay deploy churn 5 --endpoint churn --shadow",
            "assay deploy churn 5 --endpoint churn --bandit --also 6",
            "assay deploy churn Production --endpoint churn --policy --canary 10,50 --json")
        { Fields = Fields() }.Connected();
        verb.Add(Model);
        verb.Add(Version);
        foreach (Option option in (Option[])[Endpoint, Canary, BlueGreen, Ab, Shadow, Bandit, Also, Pause, Sticky, StickyColumn, Policy, .. AnalysisOptions.All])
            verb.Add(option);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static Dictionary<string, Option> Fields()
    {
        Dictionary<string, Option> inPlan = new()
        {
            ["steps"] = Canary,
            ["steps.weightPercent"] = Canary,
            ["steps.pauseSeconds"] = Pause,
            ["stickyHeader"] = Sticky,
            ["stickyColumn"] = StickyColumn,
        };
        foreach (var (field, option) in AnalysisOptions.Fields)
            inPlan[$"analysis.{field}"] = option;
        // The plan of a roll-out, and that which later ones come by; and as sentences write a field.
        return inPlan.SelectMany(field => (string[])[$"plan.{field.Key}", $"rollout.{field.Key}", field.Key.Split('.')[^1]], (field, path) => (path, field.Value))
            .DistinctBy(field => field.path).ToDictionary(field => field.path, field => field.Value);
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var (model, version, endpoint) = (parsed.GetRequiredValue(Model), parsed.GetRequiredValue(Version), parsed.GetRequiredValue(Endpoint));
        var plan = Plan(parsed);
        if (plan is null || parsed.GetValue(Policy))
        {
            var deployed = await session.Client.Endpoints.Put(endpoint, model, version, plan, cancel);
            session.Write(deployed, static row => Screen.Out.MarkupLine(
                $"[bold]{Markup.Escape(row.Name)}[/] answers with {Markup.Escape(row.Model)} v{row.Version}{(row.Problem is null ? "" : $": [red]{Markup.Escape(row.Problem)}[/]")}"));
            return 0;
        }

        await CheckModel(session, endpoint, model, cancel);
        IReadOnlyList<RolloutCandidate> candidates = [new(version), .. (parsed.GetValue(Also) ?? []).Select(other => new RolloutCandidate(other))];
        var begun = await session.Client.Rollouts.Start(endpoint, new StartRolloutRequest(candidates, plan), cancel);
        session.Write(begun, RolloutText.Show);
        return 0;
    }

    private static async Task CheckModel(Session session, string endpoint, string model, CancellationToken cancel)
    {
        var found = await session.Client.Endpoints.Find(endpoint, cancel)
            ?? throw new CommandException($"There is no endpoint '{endpoint}' yet, so nothing can be rolled out there: deploy a first version without a roll-out.");
        if (found.Endpoint.Model != model)
            throw new CommandException($"'{endpoint}' answers with {found.Endpoint.Model}, and a roll-out stays with one model. Deploy {model} without a roll-out, or to another endpoint.");
    }

    private static RolloutPlan? Plan(ParseResult parsed)
    {
        var canary = parsed.GetValue(Canary);
        List<RolloutStrategy> wanted =
        [
            .. canary is null ? [] : (RolloutStrategy[])[RolloutStrategy.Canary],
            .. Ways.Where(way => parsed.GetValue(way.Option)).Select(way => way.Strategy),
        ];
        if (wanted.Count > 1)
            throw new CommandException("Take one of --canary, --blue-green, --ab, --shadow and --bandit.");
        if (wanted.Count == 0 && parsed.GetValue(Policy))
            throw new CommandException("--policy needs --canary or --blue-green, by which promotions shall come.");
        if (wanted.Count == 0 && Given(parsed, [Also, Pause, Sticky, StickyColumn, .. AnalysisOptions.All]) is { } idle)
            throw new CommandException($"{idle} is about a roll-out, and without one the version answers everybody at once. Add --canary, --blue-green, --ab, --shadow or --bandit, or leave it out.");
        if (wanted.Count == 0)
            return null;
        if (!wanted[0].EndsByItself() && Given(parsed, [Pause]) is not null)
            throw new CommandException("--pause is the length of a step, which --canary and --blue-green have: the others go on until somebody ends them. Leave it out.");
        var (analysis, sticky) = (AnalysisOptions.Read(parsed), parsed.GetValue(Sticky));
        var pause = Seconds(parsed.GetValue(Pause) ?? "10m");
        IReadOnlyList<RolloutStep>? steps = wanted[0] switch
        {
            RolloutStrategy.Canary => [.. canary!.Split(',').Select(weight => new RolloutStep(Weight(weight), pause))],
            RolloutStrategy.BlueGreen => [new RolloutStep(100, pause)],
            _ => null,
        };
        return new RolloutPlan(wanted[0], steps, sticky, analysis, parsed.GetValue(StickyColumn));
    }

    private static string? Given(ParseResult parsed, IEnumerable<Option> options) => options.FirstOrDefault(parsed.Has)?.Name;

    private static IEnumerable<(Option<bool> Option, RolloutStrategy Strategy)> Ways =>
    [
        (BlueGreen, RolloutStrategy.BlueGreen), (Ab, RolloutStrategy.AB), (Shadow, RolloutStrategy.Shadow), (Bandit, RolloutStrategy.Bandit),
    ];

    private static int Weight(string text) => int.TryParse(text.Trim().TrimEnd('%'), NumberStyles.None, CultureInfo.InvariantCulture, out var weight)
        ? weight
        : throw new CommandException($"'{text}' is no share: write --canary 5,25,50.");

    private static int? Seconds(string text)
    {
        if (text == "manual")
            return null;
        var unit = text.Length == 0 ? ' ' : text[^1];
        var factor = unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86_400, _ => 0 };
        return factor > 0 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number) && (long)number * factor <= int.MaxValue
            ? number * factor
            : throw new CommandException($"'{text}' is no time: write 90s, 10m, 2h or 'manual'.");
    }
}
