using System.CommandLine;
using System.Text.Json;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Cli.Verbs.Predictions;
using Assay.Monitoring.Reviews;
using Spectre.Console;

namespace Assay.Cli.Verbs.Performance;

/// <summary><c>assay reviews</c>.</summary>
internal static class ReviewVerbs
{
    private static readonly Argument<string> Id = new("review") { Description = "Id of the review", HelpName = "REVIEW" };

    private static readonly Option<bool> Decided = new("--decided") { Description = "Verdicts that were given, newest first" };

    private static readonly Option<int> Limit = new("--limit") { Description = "Rows to show, up to 1000", HelpName = "N", DefaultValueFactory = _ => 50 };

    private static readonly Option<string?> Label = new("--label") { Description = "What was true: counts as any other label", HelpName = "LABEL" };

    private static readonly Option<string?> Override = new("--override") { Description = "What is decided in the prediction's place", HelpName = "DECISION" };

    private static readonly Option<bool> Dismiss = new("--dismiss") { Description = "The prediction stands" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; an override needs it", HelpName = "TEXT" };

    public static Command Create() => new("reviews", "Predictions that wait for a human, and the verdicts on them") { List(), Decide() };

    private static Verb List()
    {
        var verb = new Verb("list", "Shows what waits, or what was decided", "assay reviews list churn", "assay reviews list churn --decided --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Decided);
        verb.Add(Limit);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (name, limit) = (session.Parsed.GetRequiredValue(PredictionVerbs.Name), session.Parsed.GetValue(Limit));
            if (session.Parsed.GetValue(Decided))
                session.Write((await session.Client.Performance.Verdicts(name, limit: limit, cancel: cancel)).Items, Show);
            else
                session.Write((await session.Client.Performance.Reviews(name, limit: limit, cancel: cancel)).Items, Show);
            return 0;
        }));
        return verb;
    }

    private static Verb Decide()
    {
        var verb = new Verb(
            "decide",
            "Gives the verdict on a prediction",
            "assay reviews decide churn 0199d1f07c1c7d078d8e2f6f0e0a4b11 --label yes",
            "assay reviews decide churn 0199d1f07c1c7d078d8e2f6f0e0a4b11 --override no --reason \"The contract ends anyway\" --json").Connected();
        verb.Add(PredictionVerbs.Name);
        verb.Add(Id);
        foreach (var option in new Option[] { Label, Override, Dismiss, Reason })
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var request = Read(session.Parsed);
            var verdict = await session.Client.Performance.Decide(
                session.Parsed.GetRequiredValue(PredictionVerbs.Name), session.Parsed.GetRequiredValue(Id), request, cancel);
            session.Write(verdict, static verdict => Screen.Line($"{verdict.Verdict.ToString().ToLowerInvariant()}: {verdict.Decision ?? "it stands"}"));
            return 0;
        }));
        return verb;
    }

    private static DecideReviewRequest Read(ParseResult parsed)
    {
        var (label, otherwise, stands) = (parsed.GetValue(Label), parsed.GetValue(Override), parsed.GetValue(Dismiss));
        if ((label is null ? 0 : 1) + (otherwise is null ? 0 : 1) + (stands ? 1 : 0) != 1)
            throw new CommandException("Give one verdict: --label LABEL, --override DECISION or --dismiss.");
        var verdict = label is not null ? Verdict.Labelled : otherwise is not null ? Verdict.Overridden : Verdict.Dismissed;
        return new(verdict, stands ? null : JsonSerializer.SerializeToElement(label ?? otherwise), parsed.GetValue(Reason));
    }

    private static void Show(IReadOnlyList<ReviewSummary> reviews)
    {
        var table = Screen.Table("Review", "Why", "Predicted", "Prediction", "Row", "Version", "Score");
        foreach (var review in reviews)
        {
            table.AddRow(
                review.Id, review.Kind.ToString().ToLowerInvariant(), Figures.Time(review.PredictedAt), Markup.Escape(review.Prediction),
                Figures.Number(review.Row), Figures.Number(review.Version), Figures.Figure(review.Score));
        }

        Screen.Write(table, "No prediction waits for a human.");
    }

    private static void Show(IReadOnlyList<VerdictSummary> verdicts)
    {
        var table = Screen.Table("When", "Verdict", "Prediction", "Score", "Decision", "Why", "By");
        foreach (var verdict in verdicts)
        {
            table.AddRow(
                Figures.Time(verdict.At), verdict.Verdict.ToString().ToLowerInvariant(), Markup.Escape(verdict.Prediction), Figures.Figure(verdict.Score),
                Markup.Escape(verdict.Decision ?? ""), Markup.Escape(verdict.Reason ?? ""), Markup.Escape(verdict.By));
        }

        Screen.Write(table, "No verdict was given.");
    }
}
