using System.ComponentModel.DataAnnotations;
using Assay.Governance;
using Assay.Monitoring.Performance;

namespace Assay.Monitoring.Kpis;

/// <summary>Numbers of the business about predictions.</summary>
/// <param name="Kpis">1 to 10,000.</param>
public sealed record PostKpisRequest([Required, MinLength(1), MaxLength(10_000)] IReadOnlyList<NewKpi> Kpis);

/// <summary>A number of the business that came of a prediction, such as revenue or days until a customer left.</summary>
/// <param name="Id">The answer's <c>Assay-Request-Id</c>.</param>
/// <param name="Name">1 to 50 lower-case letters, digits, <c>_</c>, <c>-</c> and <c>.</c>; an endpoint has at most 20 names.</param>
/// <param name="Value">Any finite number of at most 1e12.</param>
/// <param name="Row">Which row of the request, from 1; 1 when left out.</param>
/// <param name="At">When it became known.</param>
public sealed record NewKpi(
    [Required, StringLength(128, MinimumLength = 1)] string Id,
    [Required, RegularExpression("[a-z0-9_.-]{1,50}")] string Name,
    [Required, Range(-1e12, 1e12)] double? Value,
    [Range(1, 1_000_000)] int? Row = null,
    DateTimeOffset? At = null);

/// <summary>What became of numbers that were posted.</summary>
/// <param name="Added">Those that are new.</param>
/// <param name="Unchanged">Those that were known already.</param>
/// <param name="Corrected">Those that took the place of another value.</param>
public sealed record KpisPosted(int Added, int Unchanged, int Corrected);

/// <summary>One number of the business in one window, by the version that predicted.</summary>
/// <param name="From">Beginning of the window, by the time of the prediction.</param>
/// <param name="Hours">Length: 1 or 24; 0 for totals.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Version">Its version.</param>
/// <param name="Name">Name of the number.</param>
/// <param name="Sum">Sum of its values.</param>
/// <param name="Mean">Their mean with its interval.</param>
public sealed record KpiRow(DateTimeOffset From, int Hours, string Model, int Version, string Name, double Sum, Measure Mean);

/// <summary>Numbers of the business of an endpoint.</summary>
/// <param name="Endpoint">Name of the endpoint.</param>
/// <param name="Windows">Oldest first, at most 2,000.</param>
/// <param name="Totals">The whole time, by version and name.</param>
public sealed record KpiReport(string Endpoint, IReadOnlyList<KpiRow> Windows, IReadOnlyList<KpiRow> Totals)
{
    /// <summary>Numbers whose prediction is not in the log, or was not looked up yet.</summary>
    public long Waiting { get; init; }
}

/// <summary>Numbers of the business were posted; one event for all of a request.</summary>
internal sealed record KpisPostedEvent(string Endpoint, int Added, int Corrected, string Digest)
    : LedgerEvent("kpis.posted", $"endpoint:{Endpoint}");
