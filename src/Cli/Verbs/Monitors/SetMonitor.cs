using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Feedback;
using Assay.Monitoring.Monitors;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor set</c>: the settings as a whole, as the API takes them.</summary>
internal static class SetMonitor
{
    private static readonly MonitorSettings Standard = new();
    private static readonly RetrainSettings StandardRetrain = new("");

    private static readonly Option<int> MinimumRows = new("--minimum-rows") { Description = "Rows that a window needs", HelpName = "N", DefaultValueFactory = _ => Standard.MinimumRows };

    private static readonly Option<double> Psi = new("--psi") { Description = "Least population stability index that is drift", HelpName = "INDEX", DefaultValueFactory = _ => Standard.PsiThreshold };

    private static readonly Option<string?> Dataset = new("--retrain") { Description = "Train again with the newest version of this dataset of recent, labelled rows. Default: never", HelpName = "DATASET" };

    private static readonly Option<bool> NotOnAlert = new("--not-on-alert") { Description = "An alert of drift, of all traffic, a part of it or the dataset, starts no training" };

    private static readonly Option<bool> OnNewVersion = new("--on-new-version") { Description = "A new version of the dataset starts a training" };

    private static readonly Option<int?> EveryHours = new("--every-hours") { Description = "Train again so many hours after the last time", HelpName = "N" };

    private static readonly Option<double> CoolDown = new("--cool-down-hours") { Description = "Hours that must have passed since the last training", HelpName = "N" };

    private static readonly Option<long> NewRows = new("--minimum-new-rows") { Description = "Rows that the dataset must have gained since the last training", HelpName = "N" };

    private static readonly Option<int> PerWeek = new("--maximum-per-week") { Description = "Trainings in seven days", HelpName = "N", DefaultValueFactory = _ => StandardRetrain.MaximumPerWeek };

    private static readonly Option<int?> Budget = new("--budget-minutes") { Description = "Minutes of training in seven days. Default: no budget", HelpName = "N" };

    private static readonly Option<long?> NewLabels = new("--new-labels") { Description = "Train again when so many labels of predictions are new", HelpName = "N" };

    private static readonly Option<bool> FromLabels = new("--from-labels") { Description = "Make the dataset's next version of labelled predictions before each training" };

    public static Command Create()
    {
        var verb = new Verb(
            "set",
            "Changes a monitor's settings; what is left out goes back to its default",
            "assay monitor set churn --minimum-rows 1000 --psi 0.25",
            "assay monitor set churn --window-seconds 86400 --reference sliding --reference-windows 7 --bounds learned --learn-windows 7",
            "assay monitor set churn --test jensen-shannon --test-feature age=ks --test-feature income=wasserstein:0.3",
            "assay monitor set churn --segment plan --segment region",
            "assay monitor set churn --retrain telco-recent --on-new-version --minimum-new-rows 500 --cool-down-hours 6",
            "assay monitor set churn --retrain churn-labelled --from-labels --new-labels 1000",
            "assay monitor set churn --retrain telco-recent --every-hours 168 --not-on-alert --json")
        {
            Fields = new Dictionary<string, Option>([.. MonitorChoiceOptions.Fields, new("retrain.dataset", Dataset), new("retrain.budgetMinutesPerWeek", Budget)]),
        }.Connected();
        verb.Add(MonitorVerbs.Endpoint);
        foreach (var option in (IEnumerable<Option>)[.. MonitorChoiceOptions.All, .. DriftTestOptions.All, .. SegmentsVerb.All])
            verb.Add(option);
        foreach (var option in (Option[])[MinimumRows, Psi, Dataset, NotOnAlert, OnNewVersion, EveryHours, CoolDown, NewRows, PerWeek, Budget, NewLabels, FromLabels])
            verb.Add(option);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var parsed = session.Parsed;
        var retrain = parsed.GetValue(Dataset) is { } dataset
            ? new RetrainSettings(
                dataset,
                !parsed.GetValue(NotOnAlert),
                parsed.GetValue(OnNewVersion),
                parsed.GetValue(EveryHours),
                parsed.GetValue(CoolDown),
                parsed.GetValue(NewRows),
                parsed.GetValue(PerWeek),
                parsed.GetValue(Budget),
                parsed.GetValue(NewLabels),
                parsed.GetValue(FromLabels))
            : null;
        var settings = new MonitorSettings(
            parsed.GetValue(MinimumRows), parsed.GetValue(Psi), retrain, MonitorChoiceOptions.Window(parsed), MonitorChoiceOptions.Reference(parsed), MonitorChoiceOptions.Bounds(parsed),
            MonitorChoiceOptions.Multivariate(parsed), MonitorChoiceOptions.Attribution(parsed), DriftTestOptions.Of(parsed), SegmentsVerb.Of(parsed));
        var monitor = await session.Client.Monitors.Set(parsed.GetRequiredValue(MonitorVerbs.Endpoint), settings, cancel);
        session.Write(monitor.Settings, saved => Screen.Out.MarkupLine(
            $"[green]✓[/] {Markup.Escape(monitor.Endpoint)}: drift from an index of {Figures.Figure(saved.PsiThreshold)} over {Figures.Number(saved.MinimumRows)} rows, {Markup.Escape(MonitorChoiceOptions.Words(saved))}; "
            + Markup.Escape(saved.Retrain is { } kept ? RetrainVerbs.Words(kept) : "never trained again by itself")));
        return 0;
    }
}
