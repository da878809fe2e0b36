from .adjusted_differences import adjusted_differences as adjusted_differences
from .agents import agent_limits as agent_limits
from .agents import agents as agents
from .change_parts import explain_change as explain_change
from .comment_terms import comment_terms as comment_terms
from .durations import times as times
from .follow_up import call_backs as call_backs
from .follow_up import follow_up as follow_up
from .handling_time import association as association
from .handling_time import time_and_rating as time_and_rating
from .known_changes import known_changes as known_changes
from .lasting_changes import lasting_changes as lasting_changes
from .reasons import reasons as reasons
from .response_rate import response_rate as response_rate
from .reversal import simpson_check as simpson_check
from .satisfaction import compare as compare
from .satisfaction import csat as csat
from .satisfaction import distribution as distribution
from .scope import Names as Names
from .scope import When as When
from .scope import period as period
from .survey_answers import answers as answers
from .targets import targets as targets
from .ticket_mix import case_mix as case_mix
from .ticket_mix import low_ratings as low_ratings
from .trend import trend as trend

__all__: list[str]
