using Assay.Inference.Models;

namespace Assay.Cli.Quickstart;

/// <summary>What the command line asks of the quickstart.</summary>
/// <param name="Data">Path of a table; null for the made-up one.</param>
/// <param name="Label">Column to learn; null for the made-up table's.</param>
/// <param name="Task">Null: after the label's values.</param>
/// <param name="Home">Folder of the installation.</param>
/// <param name="Port">Port of the API and the console.</param>
/// <param name="MetricsPort">Port of the metrics; 0 for none, null for the default or a free one.</param>
/// <param name="Exit">Stop at the end.</param>
/// <param name="Json">One JSON document on standard output, progress on standard error.</param>
internal sealed record QuickstartOptions(
    string? Data, string? Label, ModelTask? Task, string Home, int Port, int? MetricsPort, bool Exit, bool Json);
