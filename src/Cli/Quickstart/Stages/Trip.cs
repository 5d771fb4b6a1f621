using Assay.Client;

namespace Assay.Cli.Quickstart.Stages;

/// <summary>What every stage works with.</summary>
/// <param name="Client">Of the platform that was started.</param>
/// <param name="Source">The table.</param>
/// <param name="Options">What was asked for.</param>
/// <param name="Board">Where progress is shown.</param>
internal sealed record Trip(AssayClient Client, QuickstartSource Source, QuickstartOptions Options, StageBoard Board)
{
    /// <summary>Name of the dataset, the model and the endpoint.</summary>
    public string Name => Source.Name;

    /// <summary>Name of the dataset that holds the shifted rows with their labels.</summary>
    public string RecentName => $"{Source.Name}-recent";
}
