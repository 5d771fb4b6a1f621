using Assay.Kernel;
using Assay.Monitoring.Windows;
using Assay.Serving;
using Microsoft.EntityFrameworkCore;

namespace Assay.Monitoring.Rules;

/// <summary>The windows from which a rule learns its bound: the first ones of the version that have what it takes.</summary>
internal static class EarlyWindows
{
    public static IQueryable<EvaluatedWindow> Of(AssayDb db, ServedEndpoint served, AlertRule rule)
    {
        var its = db.EvaluatedWindows.AsNoTracking().Where(window =>
            window.Endpoint == served.Name && (window.Digest == served.Digest || (window.Digest == null && window.Version == served.Version)));
        its = RuleSet.IsOfLastMinute(rule.Signal) ? its.Where(window => window.OperationsJson != null) : its.Where(window => window.Rows >= rule.MinimumRows);
        return its.OrderBy(window => window.Id).Take(rule.LearnWindows ?? 0);
    }
}
