using System.CommandLine;
using System.CommandLine.Help;
using Assay.Cli.Verbs;
using Assay.Cli.Verbs.Access;
using Assay.Cli.Verbs.Alerts;
using Assay.Cli.Verbs.Approvals;
using Assay.Cli.Verbs.Audit;
using Assay.Cli.Verbs.Data;
using Assay.Cli.Verbs.Experiments;
using Assay.Cli.Verbs.Import;
using Assay.Cli.Verbs.Incidents;
using Assay.Cli.Verbs.Keys;
using Assay.Cli.Verbs.Ledger;
using Assay.Cli.Verbs.Limits;
using Assay.Cli.Verbs.Lineage;
using Assay.Cli.Verbs.Models;
using Assay.Cli.Verbs.Monitors;
using Assay.Cli.Verbs.Performance;
using Assay.Cli.Verbs.Predictions;
using Assay.Cli.Verbs.Retention;
using Assay.Cli.Verbs.Runs;
using Assay.Cli.Verbs.Serving;
using Assay.Cli.Verbs.Statistics;
using Assay.Cli.Verbs.Traces;
using Assay.Cli.Verbs.Waivers;
using Assay.Cli.Verbs.Webhooks;
using Assay.Client;

namespace Assay.Cli.CommandLine;

/// <summary>The command line. Built at every start, so it holds names and sentences only; a verb's handler loads what it needs.</summary>
internal static class AssayCommand
{
    public static async Task<int> Run(string[] args)
    {
        // A word that begins with @ names a file for its verb; the library would take the file's words for more of the command line.
        var parsed = Create(args is [var first, ..] ? first : null).Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        // Ctrl-C gives a server time to finish what it has begun; a training's child process ends with its standard input.
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(20),
        };
        try
        {
            return await parsed.InvokeAsync(configuration);
        }
        catch (Exception failure) when (Failures.Explain(failure) is { } sentence)
        {
            var said = failure is AssayException ? FieldWords.InOptions(sentence, parsed) : sentence;
            await Console.Error.WriteLineAsync($"assay: {said}");
            return Failures.ExitCode(failure);
        }
    }

    /// <param name="first">The first word that was typed; null for the whole command line.</param>
    internal static RootCommand Create(string? first = null)
    {
        var root = new RootCommand(
            "Takes a machine-learning model from data to production, and proves how it got there.\n" +
            "Start with 'assay quickstart'; 'assay VERB --help' shows a verb's options and examples.");
        foreach (var verb in Verbs(first))
            root.Add(verb);
        TypedValues.Demand(root);
        root.HelpName = "assay";
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    // What is started as a process of its own is made alone: to make all verbs takes a fifth of a start of 'assay serve'.
    private static Command[] Verbs(string? first) => first switch
    {
        "serve" => [ServeVerb.Create()],
        "step" => [StepVerbs.Create()],
        _ => All(),
    };

    private static Command[] All() =>
    [
        QuickstartVerb.Create(),
        Up.Create(),
        ServeVerb.Create(),
        DataVerbs.Create(),
        Train.Create(),
        ExperimentVerbs.Create(),
        RunVerbs.Create(),
        TraceVerbs.Create(),
        ImportVerbs.Create(),
        ModelVerbs.Create(),
        ShowLineage.Create(),
        GateVerbs.Create(),
        RequestVerb.Create(),
        DecisionVerbs.Approve(),
        DecisionVerbs.Reject(),
        DecisionVerbs.Withdraw(),
        WaiverVerbs.Create(),
        EmergencyVerbs.Create(),
        DelegationVerbs.Create(),
        Predict.Create(),
        Explain.Create(),
        Counterfactuals.Create(),
        DeployVerb.Create(),
        EndpointVerbs.Create(),
        RolloutVerbs.Create(),
        MonitorVerbs.Create(),
        StatsVerbs.Create(),
        AlertVerbs.Create(),
        IncidentVerbs.Create(),
        PredictionVerbs.Create(),
        LabelVerbs.Create(),
        PerformanceVerbs.Create(),
        KpiVerbs.Create(),
        ReviewVerbs.Create(),
        LimitVerbs.Create(),
        LedgerVerbs.Create(),
        AccessVerbs.Create(),
        AuditVerbs.Create(),
        WebhookVerbs.Create(),
        RetentionVerbs.Create(),
        HoldVerbs.Create(),
        KeyVerbs.Create(),
        DoctorVerb.Create(),
        StepVerbs.Create(),
    ];
}
