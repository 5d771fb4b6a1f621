namespace Assay.Tracking.Mlflow;

/// <summary>Which of the active and the deleted are sought.</summary>
internal static class ViewTypes
{
    public const int ActiveOnly = 0;
    public const int All = 2;

    /// <summary>In the order of their numbers, from 1.</summary>
    public static readonly IReadOnlyList<string> Names = ["ACTIVE_ONLY", "DELETED_ONLY", "ALL"];

    public static Lifecycle LifecycleOf(int view) => view == ActiveOnly ? Lifecycle.Active : Lifecycle.Deleted;
}
