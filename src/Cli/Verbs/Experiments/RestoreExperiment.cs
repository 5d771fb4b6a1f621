using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;

namespace Assay.Cli.Verbs.Experiments;

/// <summary><c>assay experiments restore</c>.</summary>
internal static class RestoreExperiment
{
    private static readonly Argument<string> Experiment = ExperimentVerbs.Named("Experiment to restore, by its name or id");

    public static Command Create()
    {
        var verb = new Verb("restore", "Brings a deleted experiment back, and its runs", "assay experiments restore churn", "assay experiments restore churn --json").Connected();
        verb.Add(Experiment);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var experiment = await ExperimentVerbs.Find(session, session.Parsed.GetRequiredValue(Experiment), cancel);
        session.Write(await session.Client.Experiments.Restore(experiment.Id, cancel), ShowExperiment.Show);
        return 0;
    }
}
