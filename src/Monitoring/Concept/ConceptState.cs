using Assay.Statistics.Streams;

namespace Assay.Monitoring.Concept;

/// <summary>A change of a version's errors.</summary>
/// <param name="Detector">Which found it.</param>
/// <param name="FoundAt">When the prediction was made whose label showed it.</param>
/// <param name="Rows">Labels of the version until then.</param>
/// <param name="Before">Errors before.</param>
/// <param name="After">Errors since.</param>
internal sealed record FoundChange(ConceptDetector Detector, DateTimeOffset FoundAt, long Rows, StreamPart Before, StreamPart After)
{
    /// <summary>Errors became larger.</summary>
    public bool IsRise => After.Mean > Before.Mean;
}

/// <summary>
/// What the detectors of one version know: small, written as JSON. Errors of numbers are divided by a bound, twice the largest
/// one of the first rows, and cut at 1, since detectors take values from 0 to 1.
/// </summary>
internal sealed class ConceptState
{
    /// <summary>Errors of numbers from which the bound is learned.</summary>
    public const int LearningRows = 100;

    private const double LeastBound = 1e-12;   // a model that was exact for all of the first rows

    public Adwin? Adwin { get; set; }

    public PageHinkley? PageHinkley { get; set; }

    public Ddm? Ddm { get; set; }

    /// <summary>By what errors are divided; null while it is learned. 1 for a classifier.</summary>
    public double? Bound { get; set; }

    /// <summary>Errors from which the bound is being learned.</summary>
    public List<double> Learning { get; set; } = [];

    /// <summary>Labels that were taken.</summary>
    public long Rows { get; set; }

    /// <summary>Whether DDM warned at the last one.</summary>
    public bool IsWarning { get; set; }

    /// <summary>The change that was found last.</summary>
    public FoundChange? Change { get; set; }

    /// <summary>Changes that were found and not told yet, oldest first; what is over a few is left out.</summary>
    public List<FoundChange> Untold { get; set; } = [];

    /// <summary>The detectors that watch, by what they are.</summary>
    public IEnumerable<(ConceptDetector Name, IChangeDetector Detector)> Detectors()
    {
        if (Adwin is not null)
            yield return (ConceptDetector.Adwin, Adwin);
        if (PageHinkley is not null)
            yield return (ConceptDetector.PageHinkley, PageHinkley);
        if (Ddm is not null)
            yield return (ConceptDetector.Ddm, Ddm);
    }

    /// <summary>Lets those detectors watch that the settings name; one whose figures are others begins anew.</summary>
    public void Prepare(ConceptSettings settings, bool isShare)
    {
        Adwin = Wanted(ConceptDetector.Adwin) ? Adwin?.Delta == settings.Delta ? Adwin : new() { Delta = settings.Delta } : null;
        PageHinkley = !Wanted(ConceptDetector.PageHinkley) ? null
            : PageHinkley is { } former && (former.Tolerance, former.Threshold) == (settings.Tolerance, settings.Threshold) ? former
            : new() { Tolerance = settings.Tolerance, Threshold = settings.Threshold };
        Ddm = !isShare || !Wanted(ConceptDetector.Ddm) ? null
            : Ddm is { } known && (known.WarningLevel, known.DriftLevel) == (settings.WarningLevel, settings.DriftLevel) ? known
            : new() { WarningLevel = settings.WarningLevel, DriftLevel = settings.DriftLevel };
        if (isShare)
            Bound = 1;

        bool Wanted(ConceptDetector detector) => settings.Detectors.Contains(detector);
    }

    /// <summary>Takes the error of a row whose prediction was made at that time.</summary>
    public void Add(double error, DateTimeOffset at)
    {
        Rows++;
        if (Bound is { } bound)
        {
            Tell(Math.Min(1, error / bound), at);
            return;
        }

        Learning.Add(error);
        if (Learning.Count < LearningRows)
            return;
        Bound = Math.Max(LeastBound, 2 * Learning.Max());
        foreach (var learned in Learning)
            Tell(learned / Bound.Value, at);
        Learning = [];
    }

    private void Tell(double error, DateTimeOffset at)
    {
        IsWarning = false;
        foreach (var (name, detector) in Detectors())
        {
            var said = detector.Add(error);
            IsWarning |= said == StreamState.Warning;
            if (said != StreamState.Changed)
                continue;
            Change = new(name, at, Rows, detector.LastChange!.Value.Before, detector.LastChange!.Value.After);
            if (Untold.Count < UntoldMax)
                Untold.Add(Change);
        }
    }

    private const int UntoldMax = 20;
}
