using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Tracking.Experiments;
using Spectre.Console;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments show</c>.</summary>
internal static class ShowExperiment
{
    private static readonly Argument<string> Experiment = ExperimentVerbs.Named("Experiment to show, by its name or id");

    public static Command Create()
    {
        var verb = new Verb("show", "Shows an experiment with its tags", "assay experiments show churn", "assay experiments show 0 --json").Connected();
        verb.Add(Experiment);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        session.Write(await ExperimentVerbs.Find(session, session.Parsed.GetRequiredValue(Experiment), cancel), Show);
        return 0;
    }

    public static void Show(ExperimentDetail experiment)
    {
        Screen.Out.MarkupLine($"[bold]{Markup.Escape(experiment.Name)}[/] [grey]{experiment.Id}[/]{(experiment.IsDeleted ? " [red]deleted[/]" : "")}");
        Screen.Line($"{Figures.Number(experiment.Runs)} runs since {Figures.Time(experiment.CreatedAt)}, files at {experiment.ArtifactLocation}");
        foreach (var (key, value) in experiment.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
            Screen.Out.MarkupLine($"[grey]{Markup.Escape(key)}[/] {Markup.Escape(value)}");
    }
}
