using Assay.Tracking.LoggedModels;
using Assay.Tracking.Mlflow;
using Assay.Tracking.Store;

namespace Assay.Tracking.Runs;

/// <summary>Adds many points, parameters and tags to an active run: all of them or, when one can't be taken, none.</summary>
internal static class LogBatch
{
    private const int MetricsMax = 1000;
    private const int ParamsAndTagsMax = 100;
    private const int AllMax = 1000;

    public static void Map(IEndpointRouteBuilder group) => group.MapOperationOnAny("POST", "/runs/log-batch", Handle, TrackingPermissions.Write);

    private static async Task Handle(MlflowCall call)
    {
        var fields = call.Fields;
        var (id, scope) = (fields.RunId(), call.Scope);
        var (points, about) = BatchPoints.Read(fields);
        var (sentParams, sentTags) = (fields.Pairs("params"), fields.Pairs("tags"));
        Limit("metrics", points.Count, MetricsMax);
        Limit("params", sentParams.Count, ParamsAndTagsMax);
        Limit("tags", sentTags.Count, ParamsAndTagsMax);
        Limit("metrics, params, and tags", points.Count + sentParams.Count + sentTags.Count, AllMax);
        for (var i = 0; i < points.Count; i++)
        {
            if (!LogMetric.IsSound(points[i]))
                LogMetric.Check(points[i], $"metrics[{i}].name");
        }

        var @params = Checked(sentParams, "parameter", "params", RunParam.ValueLengthMax);
        var tags = Checked(sentTags, "tag", "tags", RunTag.ValueLengthMax);
        RefuseTwice(@params);

        await call.Get<GroupWriter>().Write(session =>
        {
            var run = points.Count + @params.Count > 0 ? RunWrites.FindToChange(session, scope, id) : RunWrites.FindActive(session, scope, id);
            RefuseChanges(session, run, @params);
            foreach (var (key, value) in @params)
                RunWrites.Param(session, run, key, value);
            MetricWrites.Add(session, run, points);
            foreach (var (place, of) in about)
                ModelWrites.Metric(session, scope, run, points[place], of);
            foreach (var (key, value) in tags)
                RunWrites.Tag(session, run.Key, key, value);
            return run;
        });
        await call.Answer();
    }

    private static List<KeyValuePair<string, string>> Checked(IReadOnlyList<KeyValuePair<string, string>> pairs, string kind, string list, int lengthMax) =>
        [.. pairs.Select((pair, i) => new KeyValuePair<string, string>(Names.Demand(pair.Key, kind, $"{list}[{i}].key"), Names.Cut(pair.Value, lengthMax)))];

    private static void Limit(string what, int count, int most)
    {
        if (count > most)
        {
            throw MlflowError.Invalid(
                $"A batch logging request can contain at most {most} {what}. Got {count} {what}. Please split up {what} across multiple requests and try again.");
        }
    }

    private static void RefuseTwice(List<KeyValuePair<string, string>> @params)
    {
        var twice = @params.GroupBy(param => param.Key).Where(same => same.Count() > 1).Select(same => $"'{same.Key}'").ToList();
        if (twice.Count > 0)
        {
            throw MlflowError.Invalid(
                $"Duplicate parameter keys have been submitted: [{string.Join(", ", twice)}]. Please ensure the request contains only one param value per param key.");
        }
    }

    private static void RefuseChanges(Session session, RunRef run, List<KeyValuePair<string, string>> @params)
    {
        foreach (var (key, value) in @params)
        {
            if (RunWrites.ParamOf(session, run, key) is { } known && known != value)
            {
                throw MlflowError.Invalid(
                    $"Changing param values is not allowed. Params were already logged='[{{'key': '{key}', 'old_value': '{known}', 'new_value': '{value}'}}]' for run ID='{run.Id}'.");
            }
        }
    }
}
