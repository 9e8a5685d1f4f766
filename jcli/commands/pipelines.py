"""The CI files of `jcli init --ci`, as text: what runs for a pull request, for a merge, and every night.

`docs/team.md` tells what happens when. Only what the CI brings along is used: git, jq and gh on GitHub, git alone on
GitLab. `<jcli>` stands for the command and `<version>` for this version. Nothing that comes from a pull request is ever
part of a script: it comes in by variables, and pull requests of forks, whose code anybody wrote, get no secret.
"""

from __future__ import annotations

CI = ("github", "gitlab")
"""Whose files can be written."""

FILES = {"github": ".github/workflows/jcli.yml", "gitlab": ".gitlab-ci.yml"}

_SET_UP = """\
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.13"
      - name: Install jcli
        run: python -m pip install "jcli==<version>"
"""

_SET_UP_AT_TIP = _SET_UP.replace("@v4\n", "@v4\n        with:\n          ref: ${{ github.ref }}\n", 1)

_GITHUB = f"""\
# Every pull request is checked, and the tests of its journeys are played; what is wrong is shown beside the line. Where
# the variable JCLI_TARGET of the repository names a target of jcli.yaml, and the secret JCLI_TOKEN holds its token:
#   - a pull request gets a comment: what a merge would do, and to whom. The plan is kept
#   - a merge carries out that plan, or fails when something has moved since
#   - every night, what was changed on the target comes home as a pull request
# Actions are pinned by their major version, so that fixes arrive by themselves: all of them are GitHub's own.
name: Journeys
on:
  pull_request:
  push:
    branches: [main]
  schedule:
    - cron: "17 3 * * *"
  workflow_dispatch:
    inputs:
      options:
        description: "What somebody decided, such as: --allow remove=welcome/tour --take git onboarding"
        type: string
      publish:
        description: "Journeys to publish after the sync, by their keys"
        type: string
permissions:
  contents: read
jobs:
  validate:
    if: github.event_name != 'schedule'
    runs-on: ubuntu-latest
    timeout-minutes: 10
    steps:
{_SET_UP}      - name: Check the journeys
        run: <jcli> validate --format github
      - name: Play their tests
        run: <jcli> test --if-any --format github

  plan:
    # Pull requests of forks have no secrets: they are checked, and not planned.
    if: >-
      github.event_name == 'pull_request' && vars.JCLI_TARGET != ''
      && github.event.pull_request.head.repo.full_name == github.repository
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
      pull-requests: write
    concurrency:
      group: jcli-plan-${{{{ github.event.pull_request.number }}}}
      cancel-in-progress: true
    env:
      JCLI_TARGET: ${{{{ vars.JCLI_TARGET }}}}
      JCLI_TOKEN: ${{{{ secrets.JCLI_TOKEN }}}}
      GH_TOKEN: ${{{{ github.token }}}}
      NUMBER: ${{{{ github.event.pull_request.number }}}}
    steps:
{_SET_UP}      - name: Plan
        id: plan
        run: |
          mkdir -p "$RUNNER_TEMP/jcli"
          code=0
          <jcli> plan --target "$JCLI_TARGET" --format markdown --out "$RUNNER_TEMP/jcli/plan.json" \\
            > "$RUNNER_TEMP/jcli/comment.md" || code=$?
          # 1: findings, 5: a conflict. The comment says so, and the last step fails.
          case "$code" in 0 | 1 | 5) ;; *) exit "$code" ;; esac
          cat "$RUNNER_TEMP/jcli/comment.md" >> "$GITHUB_STEP_SUMMARY"
          echo "code=$code" >> "$GITHUB_OUTPUT"
      - name: Keep the plan
        uses: actions/upload-artifact@v4
        with:
          name: jcli-plan
          path: ${{{{ runner.temp }}}}/jcli/plan.json
          if-no-files-found: ignore
      - name: Comment
        run: |
          comment="$RUNNER_TEMP/jcli/comment.md"
          marker=$(head -n 1 "$comment")
          mine=".[] | select((.user.type == \\"Bot\\") and (.body | startswith(\\"$marker\\"))) | .id"
          id=$(gh api --paginate "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" --jq "$mine" | head -n 1)
          if test -n "$id"; then
            gh api --silent --method PATCH "repos/$GITHUB_REPOSITORY/issues/comments/$id" -F "body=@$comment"
          else
            gh api --silent --method POST "repos/$GITHUB_REPOSITORY/issues/$NUMBER/comments" -F "body=@$comment"
          fi
      - name: Say whether somebody must decide
        env:
          CODE: ${{{{ steps.plan.outputs.code }}}}
        run: exit "$CODE"

  sync:
    if: (github.event_name == 'push' || github.event_name == 'workflow_dispatch') && vars.JCLI_TARGET != ''
    needs: validate
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      actions: read
      contents: read
      pull-requests: read
    env:
      JCLI_TARGET: ${{{{ vars.JCLI_TARGET }}}}
      JCLI_TOKEN: ${{{{ secrets.JCLI_TOKEN }}}}
      GH_TOKEN: ${{{{ github.token }}}}
      GH_REPO: ${{{{ github.repository }}}}
    steps:
      # The branch as it is now, not as it was: of two runs the later one must not bring back what the other changed.
{_SET_UP_AT_TIP}      - name: Fetch the plan that was reviewed
        if: github.event_name == 'push'
        run: |
          run=""
          head=$(gh api "repos/$GITHUB_REPOSITORY/commits/$GITHUB_SHA/pulls" --jq '.[0].head.sha // empty')
          if test -n "$head"; then
            run=$(gh run list --workflow jcli.yml --event pull_request --commit "$head" --limit 1 \\
              --json databaseId --jq '.[0].databaseId // empty')
          fi
          if test -n "$run" && gh run download "$run" --name jcli-plan --dir "$RUNNER_TEMP/jcli"; then
            echo "The plan of the pull request is carried out."
          else
            echo "::notice::No pull request has a plan for this commit; it is planned now."
          fi
      - name: Sync
        env:
          OPTIONS: ${{{{ inputs.options }}}}
        run: |
          read -r -a options <<< "$OPTIONS"
          if test -f "$RUNNER_TEMP/jcli/plan.json"; then
            options+=(--plan "$RUNNER_TEMP/jcli/plan.json")
          fi
          code=0
          <jcli> sync --target "$JCLI_TARGET" --yes "${{options[@]}}" || code=$?
          if test "$code" -ne 0; then
            # 5: something has moved since, or is in conflict; 6: a safety rail. This is what would be done now.
            <jcli> plan --target "$JCLI_TARGET" --format markdown >> "$GITHUB_STEP_SUMMARY" || true
            echo "::error::Not all of it was written; the summary of this run has the plan as it is now."
            exit "$code"
          fi
      # A journey that is live goes on with the sync. A new one stays a DRAFT until somebody publishes it: by the form
      # of this workflow, or with the merge where the variable JCLI_PUBLISH of the repository says `new`.
      - name: Publish
        env:
          KEYS: ${{{{ inputs.publish }}}}
          JCLI_PUBLISH: ${{{{ vars.JCLI_PUBLISH }}}}
        run: |
          read -r -a keys <<< "$KEYS"
          if test "$JCLI_PUBLISH" = new && test -f "$RUNNER_TEMP/jcli/plan.json"; then
            new='.actions[] | select(.kind == "journey" and .outcome == "create") | .key'
            mapfile -t -O "${{#keys[@]}}" keys < <(jq -r "$new" "$RUNNER_TEMP/jcli/plan.json")
          fi
          if test "${{#keys[@]}}" -gt 0; then
            <jcli> publish --target "$JCLI_TARGET" "${{keys[@]}}"
          fi

  drift:
    if: github.event_name == 'schedule' && vars.JCLI_TARGET != ''
    runs-on: ubuntu-latest
    timeout-minutes: 30
    permissions:
      contents: write
      pull-requests: write
    env:
      JCLI_TARGET: ${{{{ vars.JCLI_TARGET }}}}
      JCLI_TOKEN: ${{{{ secrets.JCLI_TOKEN }}}}
      GH_TOKEN: ${{{{ github.token }}}}
    steps:
{_SET_UP}      - name: Take home what was changed on the target
        run: |
          comment="$RUNNER_TEMP/drift.md"
          code=0
          <jcli> plan --target "$JCLI_TARGET" --detailed-exitcode --format markdown > "$comment" || code=$?
          cat "$comment" >> "$GITHUB_STEP_SUMMARY"
          case "$code" in 0) exit 0 ;; 4 | 5) ;; *) exit "$code" ;; esac
          git config user.name "github-actions[bot]"
          git config user.email "github-actions[bot]@users.noreply.github.com"
          code=0
          branch=$(<jcli> pull --target "$JCLI_TARGET" --branch jcli/drift --yes) || code=$?
          case "$code" in 0 | 5) ;; *) exit "$code" ;; esac
          if test -n "$branch"; then
            git push --force origin "$branch"
            open=$(gh pr list --head "$branch" --state open --json number --jq '.[].number')
            if test -z "$open"; then
              title="Take home what was changed on $JCLI_TARGET"
              gh pr create --head "$branch" --title "$title" --body-file "$comment"
            fi
          fi
          exit "$code"
"""

_GITLAB = """\
# Every merge request is checked, and the tests of its journeys are played; what is wrong is shown in its changes and
# among its tests. Where the variable JCLI_TARGET names a target of jcli.yaml, and the masked variable JCLI_TOKEN holds
# its token:
#   - a merge request links to what a merge would do, and to whom ("Journeys: the plan")
#   - on the default branch the plan is kept, and a person starts the job that carries it out
#   - a scheduled pipeline brings home what was changed on the target, as a merge request. It pushes with
#     JCLI_PUSH_TOKEN, a project access token that may write the repository
# Merge requests of forks run with the fork's variables: they are checked, and not planned.
.journeys:
  image: python:3.13-slim
  timeout: 10 minutes
  before_script:
    - python -m pip install --quiet "jcli==<version>"

journeys:
  extends: .journeys
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"
  script:
    - <jcli> validate --format gitlab > gl-code-quality-report.json || true # the last lines decide
    - <jcli> validate --format junit > jcli-junit.xml || true
    - <jcli> validate
    - <jcli> test --if-any --junit "$CI_PROJECT_DIR/jcli-tests.xml"
  artifacts:
    when: always
    reports:
      codequality: gl-code-quality-report.json
      junit:
        - jcli-junit.xml
        - jcli-tests.xml

journeys-plan:
  extends: .journeys
  rules:
    - if: $JCLI_TARGET == null || $JCLI_TARGET == ""
      when: never
    - if: $CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_PATH == $CI_PROJECT_PATH
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"
  script:
    # 1: findings, 5: a conflict. The page says so, and the job fails.
    - <jcli> plan --target "$JCLI_TARGET" --format markdown --out "$CI_PROJECT_DIR/jcli-plan.json" > jcli-plan.md
  artifacts:
    when: always
    expose_as: "Journeys: the plan"
    paths:
      - jcli-plan.md
      - jcli-plan.json

journeys-sync:
  extends: .journeys
  stage: deploy
  needs: [journeys, journeys-plan]
  resource_group: jcli
  rules:
    - if: $JCLI_TARGET == null || $JCLI_TARGET == ""
      when: never
    - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"
      when: manual
  script:
    # Whoever starts the job may set JCLI_OPTIONS, such as `--allow remove=welcome/tour`. A plan that is stale fails.
    - <jcli> sync --target "$JCLI_TARGET" --yes --plan "$CI_PROJECT_DIR/jcli-plan.json" $JCLI_OPTIONS
    # A journey that is live goes on with the sync. A new one stays a DRAFT until JCLI_PUBLISH names it.
    - if test -n "$JCLI_PUBLISH"; then <jcli> publish --target "$JCLI_TARGET" $JCLI_PUBLISH; fi

journeys-drift:
  extends: .journeys
  rules:
    - if: $CI_PIPELINE_SOURCE == "schedule" && $JCLI_TARGET
  script:
    - apt-get update --quiet=2 && apt-get install --quiet=2 --yes git
    - git config user.name jcli && git config user.email "jcli@$CI_SERVER_HOST"
    - code=0; branch=$(<jcli> pull --target "$JCLI_TARGET" --branch jcli/drift --yes) || code=$?
    - case "$code" in 0 | 5) ;; *) exit "$code" ;; esac
    - remote="https://jcli:$JCLI_PUSH_TOKEN@$CI_SERVER_HOST/$CI_PROJECT_PATH.git"
    - if test -n "$branch"; then git push --force -o merge_request.create "$remote" "$branch"; fi
    - exit "$code"
"""


def pipeline(ci: str, jcli: str, version: str) -> str:
    """The file of the CI. `jcli` is the command, with the workspace's folder where that is not the root."""
    text = {"github": _GITHUB, "gitlab": _GITLAB}[ci]
    return text.replace("<jcli>", jcli).replace("<version>", version)
