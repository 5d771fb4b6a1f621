using Assay.Data;
using Assay.Governance;
using Assay.Kernel;
using Assay.Kernel.Refusals;
using Assay.Monitoring.Monitors;
using Assay.Serving;

namespace Assay.Monitoring.Feedback;

/// <summary>Whoever lets a monitor make datasets of labels must be allowed to do so by hand: the loop reads the log in their place.</summary>
internal static class LabelRights
{
    /// <exception cref="Refusal">403: the caller may not read the endpoint's log, or add to the dataset.</exception>
    public static async Task Check(string endpoint, RetrainSettings? wanted, AssayDb db, IAccess access, CancellationToken cancel)
    {
        if (wanted is not { FromLabels: true })
            return;
        var former = (await db.SettingsOf(endpoint, cancel)).Retrain;
        if (former is { FromLabels: true } && former.Dataset == wanted.Dataset)
            return;   // somebody who may has set it, and other settings are changed now
        access.Demand(ServingPermissions.PredictionsRead, endpoint);
        access.Demand(DataPermissions.Write, wanted.Dataset);
    }
}
