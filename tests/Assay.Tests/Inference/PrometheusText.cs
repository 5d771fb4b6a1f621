using System.Globalization;
using Assay.Tests.Serving;

namespace Assay.Tests.Inference;

/// <summary>Reads what Prometheus would scrape.</summary>
internal static class PrometheusText
{
    /// <summary>What is scraped once a sample is as large as this: a caller may have its answer before the call has ended and is counted.</summary>
    public static async Task<string> Once(HttpClient http, Uri? address, double least, string name, params string[] labels)
    {
        var metrics = "";
        await ServingHost.Until(async () => Value(metrics = await http.GetStringAsync(address, TestContext.Current.CancellationToken), name, labels) >= least);
        return metrics;
    }

    /// <summary>Value of the first sample of this name with all these labels; NaN when there is none.</summary>
    public static double Value(string metrics, string name, params string[] labels)
    {
        var line = metrics.Split('\n').FirstOrDefault(
            line => line.StartsWith(name, StringComparison.Ordinal) && labels.All(label => line.Contains(label, StringComparison.Ordinal)));
        return line is null
            ? double.NaN
            : double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
